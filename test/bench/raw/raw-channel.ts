import type { Page } from 'puppeteer-core'
import { FRAME_BYTES_MAX, RTC_BUFFERED_BYTES_LOW } from '../../../protocol/limits.ts'

/** One connection as the page at one end has it. */
type RawEnd = {
  connection: RTCPeerConnection
  channel: RTCDataChannel | undefined
  bytes: number
  /** What else is done with each message. */
  take?: (data: ArrayBuffer) => Promise<void>
}

declare global {
  var rawEnds: Map<string, RawEnd> | undefined
}

/**
 * What WebRTC alone brings: one page sends to others at once, with nothing of ours in between. Unordered reliable
 * channels, messages and queues as long as ours.
 *
 * @returns Bytes a second, of all that receive.
 */
export async function rawRate(
  sender: Page,
  recipients: readonly Page[],
  bytes: number,
): Promise<number> {
  const count = Math.ceil(bytes / FRAME_BYTES_MAX)
  const pairs = await connectAll(sender, recipients)
  const fill = [count, FRAME_BYTES_MAX, RTC_BUFFERED_BYTES_LOW]
  const startMs = performance.now()
  const sending = pairs.map(({ name }) => sender.evaluate(send, [name, fill] as const))
  const wanted = count * FRAME_BYTES_MAX
  const all = pairs.map(({ page, name }) => page.evaluate(receive, [name, wanted] as const))
  await Promise.all([...sending, ...all])
  const seconds = (performance.now() - startMs) / 1000
  await Promise.all([sender, ...recipients].map((page) => page.evaluate(endAll)))
  return (wanted * pairs.length) / seconds
}

/** Gives each recipient a channel from the sender, by a name that both ends know it by. */
export async function connectAll(
  sender: Page,
  recipients: readonly Page[],
): Promise<readonly Readonly<{ page: Page; name: string }>[]> {
  const pairs = recipients.map((page, i) => ({ page, name: `raw ${i}` }))
  for (const { page, name } of pairs) {
    const answer = await page.evaluate(answerOffer, [name, await sender.evaluate(offer, name)])
    await sender.evaluate(takeAnswer, [name, answer])
  }
  return pairs
}

// What follows runs in the pages, each function alone.

async function offer(name: string): Promise<string> {
  const connection = new RTCPeerConnection()
  const channel = connection.createDataChannel(name, { ordered: false })
  globalThis.rawEnds ??= new Map()
  globalThis.rawEnds.set(name, { connection, channel, bytes: 0 })
  await connection.setLocalDescription()
  while (connection.iceGatheringState !== 'complete')
    await new Promise((resolve) => setTimeout(resolve, 20))
  return connection.localDescription?.sdp ?? ''
}

export async function answerOffer([name = '', sdp = '']: string[]): Promise<string> {
  const connection = new RTCPeerConnection()
  const mine: RawEnd = { connection, channel: undefined, bytes: 0 }
  globalThis.rawEnds ??= new Map()
  globalThis.rawEnds.set(name, mine)
  connection.addEventListener('datachannel', ({ channel }) => {
    mine.channel = channel
    channel.binaryType = 'arraybuffer'
    const take = async ({ data }: MessageEvent<ArrayBuffer>): Promise<void> => {
      await mine.take?.(data)
      mine.bytes += data.byteLength
    }
    channel.addEventListener('message', (event: MessageEvent<ArrayBuffer>) => void take(event))
  })
  await connection.setRemoteDescription({ type: 'offer', sdp })
  await connection.setLocalDescription()
  while (connection.iceGatheringState !== 'complete')
    await new Promise((resolve) => setTimeout(resolve, 20))
  return connection.localDescription?.sdp ?? ''
}

async function takeAnswer([name = '', sdp = '']: string[]): Promise<void> {
  const { connection, channel } = globalThis.rawEnds?.get(name) ?? {}
  const opened = new Promise((resolve) => channel?.addEventListener('open', resolve))
  await connection?.setRemoteDescription({ type: 'answer', sdp })
  await opened
}

async function send([name, fill]: readonly [string, readonly number[]]): Promise<void> {
  const [count = 0, length = 0, low = 0] = fill
  const channel = globalThis.rawEnds?.get(name)?.channel
  if (channel === undefined) throw new Error('no channel')
  channel.bufferedAmountLowThreshold = low
  for (let sent = 0; sent < count; sent += 1) {
    if (channel.bufferedAmount > low)
      await new Promise((resolve) =>
        channel.addEventListener('bufferedamountlow', resolve, { once: true }),
      )
    channel.send(new Uint8Array(length).fill(sent))
  }
}

export async function receive([name, wanted]: readonly [string, number]): Promise<void> {
  while ((globalThis.rawEnds?.get(name)?.bytes ?? 0) < wanted)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

export function endAll(): void {
  for (const { connection } of globalThis.rawEnds?.values() ?? []) connection.close()
  globalThis.rawEnds?.clear()
}
