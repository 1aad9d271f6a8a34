import { equal } from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import {
  CHUNK_PLAIN_BYTES,
  FRAME_BYTES_MAX,
  SEALED_CHUNK_BYTES_MAX,
} from '../../../protocol/limits.ts'
import { hashFile } from '../../scenario/files.ts'
import type { UnwatchedBrowser } from '../../scenario/unwatched-browser.ts'
import { secondsOf } from './figures.ts'
import type { NativeAsk, NativeSaid } from './native-end.ts'
import { answerOffer, endAll, receive } from './raw-channel.ts'
import { openEach, save } from './raw-transfer.ts'

const NAME = 'native'

type Tell = (ask: NativeAsk) => void

/** What WebRTC alone brings from a process of Node to a page. @returns Bytes a second. */
export async function rawNativeRate(page: Page, bytes: number): Promise<number> {
  const count = Math.ceil(bytes / FRAME_BYTES_MAX)
  const seconds = await withNative(page, async (tell) => {
    tell({ type: 'fill', count })
    await page.evaluate(receive, [NAME, count * FRAME_BYTES_MAX] as const)
  })
  return (count * FRAME_BYTES_MAX) / seconds
}

/**
 * The same, and what no encrypted transfer can do without: messages are read from a file, and in the page hashed,
 * decrypted and given to the browser's own download.
 *
 * @param sealed - What `sealFile` made of `plain`.
 */
export async function rawNativeTransferRate(
  { page, browser }: Readonly<{ page: Page; browser: UnwatchedBrowser }>,
  { plain, sealed }: Readonly<{ plain: string; sealed: SealedFile }>,
): Promise<number> {
  let saved = ''
  const seconds = await withNative(page, async (tell) => {
    await page.evaluate(openEach, NAME)
    tell({ type: 'fill', count: sealed.count, path: sealed.path })
    await page.evaluate(receive, [NAME, sealed.bytes] as const)
    await page.evaluate(save)
    saved = await browser.untilDownloaded('raw.bin')
  })
  equal(await hashFile(saved), await hashFile(plain))
  return sealed.bytes / seconds
}

export type SealedFile = Readonly<{ path: string; count: number; bytes: number }>

/** Writes a file as the messages that `rawNativeTransferRate` sends. */
export async function sealFile(plain: string, path: string): Promise<SealedFile> {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', false, [
    'encrypt',
  ])
  await using from = await open(plain)
  await using to = await open(path, 'w')
  const { size } = await from.stat()
  const count = Math.ceil(size / CHUNK_PLAIN_BYTES)
  let bytes = 0
  for (let index = 0; index < count; index += 1) {
    const part = Buffer.alloc(Math.min(CHUNK_PLAIN_BYTES, size - index * CHUNK_PLAIN_BYTES))
    await from.read(part, { position: index * CHUNK_PLAIN_BYTES })
    const iv = new Uint8Array(12)
    new DataView(iv.buffer).setUint32(0, index)
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, part)
    const message = Buffer.concat([iv, Buffer.from(sealed)])
    await to.write(message, 0, message.length, index * SEALED_CHUNK_BYTES_MAX)
    bytes += message.length
  }
  return { path, count, bytes }
}

/** @returns How long the work took, once there is a channel. */
async function withNative(page: Page, work: (tell: Tell) => Promise<void>): Promise<number> {
  const native = fork(join(import.meta.dirname, 'native-end.ts'))
  const tell: Tell = (ask) => void native.send(ask)
  try {
    const sdp = await heard(native, 'offer')
    const opened = heard(native, 'open')
    tell({ type: 'answer', sdp: await page.evaluate(answerOffer, [NAME, sdp]) })
    await opened
    return await secondsOf(() => work(tell))
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
