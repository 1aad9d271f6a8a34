import { equal, ok } from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import type { Page } from 'puppeteer-core'
import {
  CHUNK_PLAIN_BYTES,
  RTC_BUFFERED_BYTES_LOW,
  SEALED_OVERHEAD_BYTES,
} from '../../../protocol/limits.ts'
import { hashFile } from '../../scenario/files.ts'
import type { UnwatchedBrowser } from '../../scenario/unwatched-browser.ts'
import { secondsOf } from './figures.ts'
import { connectAll, endAll, receive } from './raw-channel.ts'

const INPUT = 'raw-file'

/**
 * What no encrypted transfer of a file from page to page can do without, and nothing else: bare channels, and besides
 * the file is read, encrypted, hashed at its arrival, decrypted and given to the browser's own download.
 *
 * @param recipients - Each in a browser of its own.
 * @param path - Of the file.
 * @returns Bytes a second, of all that receive.
 */
export async function rawTransferRate(
  sender: Page,
  recipients: readonly Readonly<{ page: Page; browser: UnwatchedBrowser }>[],
  path: string,
): Promise<number> {
  const { size } = await stat(path)
  const count = Math.ceil(size / CHUNK_PLAIN_BYTES)
  await pickFile(sender, path)
  const pages = recipients.map(({ page }) => page)
  const pairs = await connectAll(sender, pages)
  for (const { page, name } of pairs) await page.evaluate(openEach, name)
  let saved: string[] = []
  const seconds = await secondsOf(async () => {
    const fill = [count, CHUNK_PLAIN_BYTES, RTC_BUFFERED_BYTES_LOW]
    const sending = pairs.map(({ name }) => sender.evaluate(sendFile, [name, fill] as const))
    const wanted = size + count * SEALED_OVERHEAD_BYTES
    const saving = pairs.map(async ({ page, name }) => {
      await page.evaluate(receive, [name, wanted] as const)
      await page.evaluate(save)
    })
    const downloads = recipients.map(({ browser }) => browser.untilDownloaded('raw.bin'))
    saved = await Promise.all(downloads)
    await Promise.all([...sending, ...saving])
  })
  await Promise.all([sender, ...pages].map((page) => page.evaluate(endAll)))
  for (const file of saved) equal(await hashFile(file), await hashFile(path))
  return (size * pairs.length) / seconds
}

async function pickFile(sender: Page, path: string): Promise<void> {
  await sender.evaluate((id) => {
    const input = document.createElement('input')
    Object.assign(input, { type: 'file', id })
    document.body.append(input)
  }, INPUT)
  const input = await (await sender.$(`#${INPUT}`))?.toElement('input')
  ok(input !== undefined, 'a place for the file')
  await input.uploadFile(path)
}

// What follows runs in the pages, each function alone.

declare global {
  var rawParts: Blob[] | undefined
}

async function sendFile([name, fill]: readonly [string, readonly number[]]): Promise<void> {
  const [count = 0, length = 0, low = 0] = fill
  const channel = globalThis.rawEnds?.get(name)?.channel
  const file = document.querySelector<HTMLInputElement>('#raw-file')?.files?.[0]
  if (channel === undefined || file === undefined) throw new Error('nothing to send, or nowhere')
  const raw = new Uint8Array(32)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt'])
  const seal = async (index: number): Promise<Uint8Array<ArrayBuffer>> => {
    const plain = await file.slice(index * length, (index + 1) * length).arrayBuffer()
    const iv = new Uint8Array(12)
    new DataView(iv.buffer).setUint32(0, index)
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain)
    const message = new Uint8Array(iv.length + sealed.byteLength)
    message.set(iv)
    message.set(new Uint8Array(sealed), iv.length)
    return message
  }
  channel.bufferedAmountLowThreshold = low
  let next = seal(0)
  for (let sent = 0; sent < count; sent += 1) {
    const message = await next
    // The file is read while the line is busy.
    if (sent + 1 < count) next = seal(sent + 1)
    if (channel.bufferedAmount > low)
      await new Promise((resolve) =>
        channel.addEventListener('bufferedamountlow', resolve, { once: true }),
      )
    channel.send(message)
  }
}

export async function openEach(name: string): Promise<void> {
  const end = globalThis.rawEnds?.get(name)
  if (end === undefined) throw new Error('nothing comes')
  const raw = new Uint8Array(32)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
  const parts: Blob[] = []
  globalThis.rawParts = parts
  end.take = async (data) => {
    const [iv, sealed] = [new Uint8Array(data, 0, 12), new Uint8Array(data, 12)]
    await crypto.subtle.digest('SHA-256', data)
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed)
    parts[new DataView(data).getUint32(0)] = new Blob([plain])
  }
}

export function save(): void {
  const link = document.createElement('a')
  link.download = 'raw.bin'
  link.href = URL.createObjectURL(new Blob(globalThis.rawParts))
  link.click()
  globalThis.rawParts = []
}
