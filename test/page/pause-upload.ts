import type { Page } from 'playwright'
import { holdTransfers } from './hold-transfers.ts'

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
  const held = await holdTransfers(page, bytes)
  await begin()
  await page.waitForFunction(pressPause, bytes)
  await page.getByRole('button', { name: 'Continue' }).waitFor()
  await held.letGo()
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
