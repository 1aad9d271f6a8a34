import type { Page } from 'playwright'
import { assert } from '../../protocol/errors.ts'

declare global {
  var letUploadsGo: (() => void) | undefined
}

/**
 * Pauses an upload once so many bytes are on a seed. What lies behind them is held back until then: however fast the
 * machine is, it pauses in the middle.
 *
 * @param begin - Starts it.
 */
export async function pauseUpload(
  page: Page,
  bytes: number,
  begin: () => Promise<void>,
): Promise<void> {
  const [worker] = page.workers()
  assert(worker !== undefined, 'a page with its worker')
  await worker.evaluate(holdUploads, bytes)
  await begin()
  await page.waitForFunction(pressPause, bytes)
  await page.getByRole('button', { name: 'Continue' }).waitFor()
  await worker.evaluate(() => globalThis.letUploadsGo?.())
}

/** Runs in the page's worker. */
function holdUploads(bytes: number): void {
  const reach = globalThis.fetch
  const released = new Promise<void>((resolve) => {
    globalThis.letUploadsGo = resolve
  })
  globalThis.fetch = async (input, init) => {
    const range = new Headers(init?.headers).get('content-range')
    const start = Number(/^bytes (\d+)-/.exec(range ?? '')?.[1] ?? 0)
    const stopped = new Promise<void>((resolve) => {
      init?.signal?.addEventListener('abort', () => resolve())
    })
    if (start > bytes) await Promise.race([released, stopped])
    return reach(input, init)
  }
}

/** Runs in the page. @returns Whether it could be pressed, once so many bytes are on a seed. */
function pressPause(bytes: number): boolean {
  const app = document.querySelector('skerry-app')
  const send = app?.snapshot?.sends.at(-1)
  if (send?.phase !== 'sending' || send.frontier.onceBytes < bytes) return false
  const view = app?.renderRoot.querySelector('send-view')
  const card = view?.renderRoot.querySelector('send-card')
  const buttons = [...(card?.renderRoot.querySelectorAll('button') ?? [])]
  const pause = buttons.find(({ textContent }) => textContent?.trim() === 'Pause')
  pause?.click()
  return pause !== undefined
}
