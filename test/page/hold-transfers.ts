import type { Page } from 'playwright'

declare global {
  var letTransfersGo: (() => void) | undefined
}

/**
 * Holds back what a page sends or asks for that begins behind so many bytes of a share: however fast the machine is, it
 * is in the middle.
 *
 * @returns Lets it go.
 */
export async function holdTransfers(page: Page, bytes: number): Promise<() => Promise<void>> {
  const worker = page.workers()[0] ?? (await page.waitForEvent('worker'))
  await worker.evaluate(hold, bytes)
  return () => worker.evaluate(() => globalThis.letTransfersGo?.())
}

/** Runs in the page's worker. */
function hold(bytes: number): void {
  const reach = globalThis.fetch
  const released = new Promise<void>((resolve) => {
    globalThis.letTransfersGo = resolve
  })
  globalThis.fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    const range = headers.get('content-range') ?? headers.get('range') ?? ''
    const start = Number(/^bytes[ =](\d+)-/.exec(range)?.[1] ?? 0)
    const stopped = new Promise<void>((resolve) => {
      init?.signal?.addEventListener('abort', () => resolve())
    })
    if (start > bytes) await Promise.race([released, stopped])
    return reach(input, init)
  }
}
