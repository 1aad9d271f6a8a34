import type { Page } from 'puppeteer-core'
import { CHUNK_PLAIN_BYTES } from '../../../protocol/limits.ts'

declare global {
  var clickedMs: number | undefined
  var firstChunkMs: number | undefined
}

/** @returns From the last click until a whole chunk came over a data channel that was made since, in ms. */
export async function firstChunkMs(page: Page, click: () => Promise<void>): Promise<number> {
  await page.evaluate(watch, CHUNK_PLAIN_BYTES)
  await click()
  await page.waitForFunction(() => globalThis.firstChunkMs !== undefined)
  return page.evaluate(() => (globalThis.firstChunkMs ?? 0) - (globalThis.clickedMs ?? 0))
}

/** Runs in the page. */
function watch(chunkBytes: number): void {
  const take = ({ data }: MessageEvent<ArrayBuffer>): void => {
    if (data.byteLength >= chunkBytes) globalThis.firstChunkMs ??= performance.now()
  }
  addEventListener('click', () => (globalThis.clickedMs = performance.now()), { capture: true })
  const { prototype } = RTCDataChannel
  const own = Object.getOwnPropertyDescriptor(prototype, 'onmessage')
  Object.defineProperty(prototype, 'onmessage', {
    set(this: RTCDataChannel, listener: unknown) {
      this.addEventListener('message', take)
      own?.set?.call(this, listener)
    },
  })
}
