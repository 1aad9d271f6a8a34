import type { Bytes } from '../../protocol/bytes.ts'
import type { SaveAnswer, SaveAsk } from './save-port.ts'

/** A download in the making: where its bytes come from, what it is called and how long it is. */
export type Save = Readonly<{
  port: MessagePort
  name: string
  bytes: number
  /** Whether the page that it comes from is still there. */
  isPageThere: () => Promise<boolean>
  /** No byte more goes to the browser. */
  ended: () => void
}>

/** A page that was closed says nothing: so often it is looked for while it owes an answer. */
const LOOK_MS = 1000
/** At one part at a time the disk waited for a word to the worker and back: 89 MB/s, where this gives 110. */
const PARTS_AHEAD = 4

/**
 * Answers with the bytes that come through the port, as the browser's disk takes them.
 *
 * The length is exact, so a save that breaks off is a failed download and never a cut file. The type is
 * always octet-stream and an attachment: nothing that was sent is ever run or rendered.
 */
export function savedResponse(save: Save): Response {
  const body = new ReadableStream<Uint8Array>(sourceOf(save), { highWaterMark: 0 })
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

function sourceOf({ port, bytes, isPageThere, ended }: Save): UnderlyingDefaultSource<Uint8Array> {
  const answers = new Answers(port, isPageThere)
  let before: Bytes | undefined
  let leftBytes = bytes
  const end = (last?: SaveAsk): void => {
    if (last !== undefined) port.postMessage(last)
    port.close()
    ended()
  }
  return {
    async pull(controller) {
      // Whoever asks for more has copied what came before: so the Fetch standard reads a body.
      const answer = await answers.next(before)
      before = undefined
      switch (answer.type) {
        case 'part':
          before = answer.bytes
          leftBytes -= before.length
          controller.enqueue(before)
          break
        case 'end':
          end({ type: 'taken' })
          controller.close()
          break
        case 'failed':
          end()
          controller.error(new Error(answer.message))
      }
    },
    cancel() {
      // A browser that has as many bytes as it was told of may stop there.
      end({ type: leftBytes > 0 ? 'cancel' : 'taken' })
    },
  }
}

/** What the worker answers. A few parts are asked for ahead, so that none is waited for while the disk is ready. */
class Answers {
  readonly #port: MessagePort
  readonly #isPageThere: () => Promise<boolean>
  readonly #come: SaveAnswer[] = []
  #wanted: ((answer: SaveAnswer) => void) | undefined

  constructor(port: MessagePort, isPageThere: () => Promise<boolean>) {
    this.#port = port
    this.#isPageThere = isPageThere
    port.addEventListener('message', ({ data }: MessageEvent<SaveAnswer>) => this.#take(data))
    port.start()
    for (let i = 0; i < PARTS_AHEAD; i += 1) this.#ask()
  }

  /** @param used - A part that is done with. */
  async next(used: Bytes | undefined): Promise<SaveAnswer> {
    this.#ask(used)
    return this.#come.shift() ?? (await this.#untilCome())
  }

  #ask(used?: Bytes): void {
    const ask: SaveAsk = { type: 'pull', used }
    this.#port.postMessage(ask, used === undefined ? [] : [used.buffer])
  }

  #take(answer: SaveAnswer): void {
    if (this.#wanted === undefined) this.#come.push(answer)
    else this.#wanted(answer)
  }

  async #untilCome(): Promise<SaveAnswer> {
    const { promise, resolve } = Promise.withResolvers<SaveAnswer>()
    this.#wanted = resolve
    const look = async (): Promise<void> => {
      if (!(await this.#isPageThere())) resolve({ type: 'failed', message: 'the page is gone' })
    }
    const looking = setInterval(() => void look(), LOOK_MS)
    try {
      return await promise
    } finally {
      clearInterval(looking)
      this.#wanted = undefined
    }
  }
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
