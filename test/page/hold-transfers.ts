import { ok } from 'node:assert/strict'
import type { Page } from 'playwright'
import { until } from '../scenario/seed-watch.ts'

declare global {
  var heldTransfers: string[]
  var letTransfersGo: (() => void) | undefined
}

/** What a page would send or ask for, and is held back. */
export type HeldTransfers = Readonly<{
  /** Waits until something is held: whatever it belongs to runs, and cannot end. @returns Their addresses. */
  untilSome: () => Promise<readonly string[]>
  letGo: () => Promise<void>
}>

const LONG_MS = 20_000

/**
 * Holds back what a page sends or asks for that begins behind so many bytes of a share: however fast the machine is, it
 * is in the middle.
 */
export async function holdTransfers(page: Page, bytes: number): Promise<HeldTransfers> {
  const worker = page.workers()[0] ?? (await page.waitForEvent('worker'))
  await worker.evaluate(hold, bytes)
  const held = (): Promise<readonly string[]> => worker.evaluate(() => globalThis.heldTransfers)
  return {
    untilSome: async () => {
      const lateMs = Date.now() + LONG_MS
      await until(
        async () => (await held()).length > 0,
        () => Date.now() > lateMs,
      )
      const urls = await held()
      ok(urls.length > 0, 'nothing is transferred')
      return urls
    },
    letGo: () => worker.evaluate(() => globalThis.letTransfersGo?.()),
  }
}

/** Runs in the page's worker. */
function hold(bytes: number): void {
  const reach = globalThis.fetch
  const released = new Promise<void>((resolve) => {
    globalThis.letTransfersGo = resolve
  })
  globalThis.heldTransfers = []
  globalThis.fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    const range = headers.get('content-range') ?? headers.get('range') ?? ''
    const start = Number(/^bytes[ =](\d+)-/.exec(range)?.[1] ?? 0)
    const stopped = new Promise<void>((resolve) => {
      init?.signal?.addEventListener('abort', () => resolve())
    })
    if (start > bytes) {
      const url = input instanceof Request ? input.url : String(input)
      globalThis.heldTransfers.push(url)
      await Promise.race([released, stopped])
      globalThis.heldTransfers.splice(globalThis.heldTransfers.indexOf(url), 1)
    }
    return reach(input, init)
  }
}
