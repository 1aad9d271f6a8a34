import * as v from 'valibot'

const CATEGORIES = ['disabled-by-default-devtools.timeline', 'devtools.timeline', '__metadata']

const eventSchema = v.object({
  name: v.string(),
  pid: v.number(),
  tid: v.number(),
  /** CPU time of the thread, in microseconds. */
  tdur: v.optional(v.number()),
  dur: v.optional(v.number()),
  ts: v.number(),
  args: v.optional(
    v.looseObject({
      name: v.optional(v.unknown()),
      data: v.optional(v.looseObject({ url: v.optional(v.unknown()) })),
    }),
  ),
})
const traceSchema = v.object({ traceEvents: v.array(v.unknown()) })
type TraceEvent = v.InferOutput<typeof eventSchema>

/** CPU time in ms of the longest task on the page's main thread, and of the longest that is the page's own doing. */
export type LongestTasks = Readonly<{ all: number; ours: number }>

/** Scripts count as the page's by their address; the browser's tools run theirs in the page without one. */
const scripts = new Set(['FunctionCall', 'EvaluateScript'])
const others = new Set(
  'RunMicrotasks HandlePostMessage Layout UpdateLayoutTree PrePaint Paint Layerize ParseHTML'.split(
    ' ',
  ),
)
/** The browser's own, wherever it falls. */
const browsers = new Set([
  'v8.compile',
  'v8.compileModule',
  'MinorGC',
  'MajorGC',
  'V8.GCIncrementalMarking',
])

/** Chromium's trace, through whichever tool holds the browser. */
export type Tracing = Readonly<{
  start: (categories: string[]) => Promise<void>
  /** @returns The trace as JSON. */
  stop: () => Promise<Uint8Array | undefined>
}>

/** Of all pages of the browser that is traced. */
export async function longestTasks(
  tracing: Tracing,
  work: () => Promise<void>,
): Promise<LongestTasks> {
  await tracing.start(CATEGORIES)
  await work()
  const bytes = await tracing.stop()
  const { traceEvents } = v.parse(traceSchema, JSON.parse(new TextDecoder().decode(bytes)))
  const events = traceEvents.flatMap((event): TraceEvent[] => {
    const parsed = v.safeParse(eventSchema, event)
    return parsed.success ? [parsed.output] : []
  })
  const threads = [...mainThreads(events)].map((thread) =>
    events.filter(({ pid, tid }) => thread === `${pid}/${tid}`).toSorted(byStart),
  )
  const tasks = threads.flatMap((thread) => tasksOf(thread))
  const timed = tasks.filter(({ task }) => task.tdur !== undefined)
  if (timed.length < tasks.length / 2) throw new Error('the trace has no CPU time of its threads')
  return {
    all: Math.max(...timed.map(({ task }) => cpuMs(task))),
    ours: Math.max(...timed.map(({ inside }) => oursMs(inside))),
  }
}

type Task = Readonly<{ task: TraceEvent; inside: readonly TraceEvent[] }>

/** What began first comes first, and what holds another before that. */
function byStart(a: TraceEvent, b: TraceEvent): number {
  return a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0)
}

function tasksOf(thread: readonly TraceEvent[]): Task[] {
  const tasks: { task: TraceEvent; inside: TraceEvent[] }[] = []
  for (const event of thread) {
    const last = tasks.at(-1)
    if (event.name === 'RunTask') tasks.push({ task: event, inside: [] })
    else if (last !== undefined && event.ts < endOf(last.task)) last.inside.push(event)
  }
  return tasks
}

function oursMs(inside: readonly TraceEvent[]): number {
  let [sum, oursEnd, othersEnd] = [0, 0, 0]
  for (const event of inside) {
    if (event.ts < othersEnd) continue
    const isOurs = event.ts < oursEnd
    if (browsers.has(event.name)) {
      if (isOurs) sum -= cpuMs(event)
      othersEnd = endOf(event)
    } else if (!isOurs && isOursAt(event)) {
      sum += cpuMs(event)
      oursEnd = endOf(event)
    } else if (!isOurs && scripts.has(event.name)) othersEnd = endOf(event)
  }
  return sum
}

function isOursAt({ name, args }: TraceEvent): boolean {
  if (others.has(name)) return true
  const url = args?.data?.url
  return scripts.has(name) && typeof url === 'string' && url.startsWith('http')
}

function cpuMs({ tdur = 0 }: TraceEvent): number {
  return tdur / 1000
}

function endOf({ ts, dur = 0 }: TraceEvent): number {
  return ts + dur
}

/** Of every process that shows a page. */
function mainThreads(events: readonly TraceEvent[]): ReadonlySet<string> {
  const named = events.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  )
  return new Set(named.map(({ pid, tid }) => `${pid}/${tid}`))
}
