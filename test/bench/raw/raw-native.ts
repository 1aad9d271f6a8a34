import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { FRAME_BYTES_MAX } from '../../../protocol/limits.ts'
import type { NativeAsk, NativeSaid } from './native-end.ts'
import { answerOffer, endAll, receive } from './raw-channel.ts'

const NAME = 'native'

/** What WebRTC alone brings from a process of Node to a page. @returns Bytes a second. */
export async function rawNativeRate(page: Page, bytes: number): Promise<number> {
  const count = Math.ceil(bytes / FRAME_BYTES_MAX)
  const native = fork(join(import.meta.dirname, 'native-end.ts'))
  const tell = (ask: NativeAsk): unknown => native.send(ask)
  try {
    const sdp = await heard(native, 'offer')
    const opened = heard(native, 'open')
    tell({ type: 'answer', sdp: await page.evaluate(answerOffer, [NAME, sdp]) })
    await opened
    const startMs = performance.now()
    tell({ type: 'fill', count })
    await page.evaluate(receive, [NAME, count * FRAME_BYTES_MAX] as const)
    return (count * FRAME_BYTES_MAX) / ((performance.now() - startMs) / 1000)
  } finally {
    native.disconnect()
    await once(native, 'exit')
    await page.evaluate(endAll)
  }
}

async function heard(native: ReturnType<typeof fork>, type: NativeSaid['type']): Promise<string> {
  for (;;) {
    const [said] = (await once(native, 'message')) as [NativeSaid]
    if (said.type === type) return said.type === 'offer' ? said.sdp : ''
  }
}
