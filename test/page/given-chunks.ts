import type { Page } from 'playwright'
import { frames } from '../../protocol/wire/table.ts'

declare global {
  var givenTimes: Map<number, number> | undefined
}

/** Has a page count how often it gives each chunk to others; to be called before it loads its scripts. */
export async function countGiven(page: Page): Promise<void> {
  await page.addInitScript(count, frames.chunk.id)
}

/** How often it gave each chunk, of those that it gave at all. */
export async function givenTimes(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => [...(globalThis.givenTimes ?? [])].map(([, times]) => times))
}

/** Runs in the page. A frame begins with its kind, and three bytes on with the number of its chunk. */
function count(chunkFrame: number): void {
  const times = new Map<number, number>()
  globalThis.givenTimes = times
  const { prototype } = RTCDataChannel
  const own = Object.getOwnPropertyDescriptor(prototype, 'send')?.value as RTCDataChannel['send']
  prototype.send = function send(this: RTCDataChannel, data: unknown) {
    if (ArrayBuffer.isView(data)) {
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
      const index = view.getUint32(4)
      if (view.getUint8(0) === chunkFrame) times.set(index, (times.get(index) ?? 0) + 1)
    }
    Reflect.apply(own, this, [data])
  }
}
