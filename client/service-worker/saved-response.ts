import type { SaveAnswer, SaveAsk } from './save-port.ts'

/** A download in the making: where its bytes come from, what it is called and how long it is. */
export type Save = Readonly<{ port: MessagePort; name: string; bytes: number }>

/**
 * Answers with the bytes that come through the port, as the browser's disk takes them.
 *
 * The length is exact, so a save that breaks off is a failed download and never a cut file. The type is
 * always octet-stream and an attachment: nothing that was sent is ever run or rendered.
 */
export function savedResponse(save: Save): Response {
  const body = new ReadableStream<Uint8Array>(sourceOf(save.port), { highWaterMark: 0 })
  const name = encodeURIComponent(save.name).replaceAll(/['()*]/g, percentEncode)
  return new Response(body, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
      'content-length': String(save.bytes),
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  })
}

function sourceOf(port: MessagePort): UnderlyingDefaultSource<Uint8Array> {
  const ask = (message: SaveAsk): void => port.postMessage(message)
  return {
    async pull(controller) {
      const answer = await nextAnswer(port, () => ask('pull'))
      switch (answer.type) {
        case 'part':
          controller.enqueue(answer.bytes)
          break
        case 'end':
          port.close()
          controller.close()
          break
        case 'failed':
          port.close()
          controller.error(new Error(answer.message))
      }
    },
    cancel() {
      ask('cancel')
      port.close()
    },
  }
}

function nextAnswer(port: MessagePort, ask: () => void): Promise<SaveAnswer> {
  const { promise, resolve } = Promise.withResolvers<SaveAnswer>()
  const listen = ({ data }: MessageEvent<SaveAnswer>): void => resolve(data)
  port.addEventListener('message', listen, { once: true })
  port.start()
  ask()
  return promise
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
