import type { Browser, Page } from 'playwright'
import * as v from 'valibot'

const CATEGORIES = ['disabled-by-default-devtools.timeline', 'devtools.timeline', '__metadata']

const eventSchema = v.object({
  name: v.string(),
  pid: v.number(),
  tid: v.number(),
  /** CPU time of the thread, in microseconds. */
  tdur: v.optional(v.number()),
  dur: v.optional(v.number()),
  args: v.optional(v.looseObject({ name: v.optional(v.unknown()) })),
})
const traceSchema = v.object({ traceEvents: v.array(v.unknown()) })
type TraceEvent = v.InferOutput<typeof eventSchema>

/** @returns CPU time in ms of the longest task on the main thread of the process that shows the page. */
export async function longestTask(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<number> {
  await browser.startTracing(page, { categories: CATEGORIES })
  await work()
  const bytes = await browser.stopTracing()
  const { traceEvents } = v.parse(traceSchema, JSON.parse(bytes.toString()))
  const events = traceEvents.flatMap((event): TraceEvent[] => {
    const parsed = v.safeParse(eventSchema, event)
    return parsed.success ? [parsed.output] : []
  })
  const threads = mainThreads(events)
  const tasks = events.filter(
    ({ name, pid, tid }) => name === 'RunTask' && threads.has(`${pid}/${tid}`),
  )
  const timed = tasks.flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000]))
  if (timed.length < tasks.length / 2) throw new Error('the trace has no CPU time of its threads')
  return Math.max(...timed)
}

/** Of every process that shows a page. */
function mainThreads(events: readonly TraceEvent[]): ReadonlySet<string> {
  const named = events.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  )
  return new Set(named.map(({ pid, tid }) => `${pid}/${tid}`))
}
