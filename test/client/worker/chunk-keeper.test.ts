import { expect, it, onTestFinished } from 'vitest'
import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { CHUNK_STORE_QUEUE_BYTES_MAX } from '../../../protocol/limits.ts'
import type { StoreAnswer, StoreAsk } from '../../../client/chunk-store/store-messages.ts'
import { ChunkKeeper } from '../../../client/worker/chunk-keeper.ts'

/** A chunk store that answers when it is told to, in turn, as the real one does. */
class SlowStore {
  readonly keeper: ChunkKeeper
  readonly #port: MessagePort
  readonly #asked: StoreAsk[] = []
  #heard: (() => void) | undefined

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.keeper = new ChunkKeeper(port1)
    this.#port = port2
    port2.addEventListener('message', ({ data }: MessageEvent<StoreAsk>) => {
      this.#asked.push(data)
      this.#heard?.()
    })
    port2.start()
    onTestFinished(() => port1.close())
  }

  /** Answers the next one of what was asked. */
  async answer(indexes: readonly number[] = []): Promise<void> {
    while (this.#asked.length === 0) await new Promise<void>((heard) => (this.#heard = heard))
    const ask = this.#asked.shift()
    if (ask?.type === 'open') this.#say({ type: 'opened', indexes })
    if (ask?.type === 'put') this.#say({ ...ask, type: 'put-done', isKept: true })
    // What was posted is taken by then: a port delivers in turn.
    await new Promise((done) => setTimeout(done))
  }

  #say(answer: StoreAnswer): void {
    this.#port.postMessage(answer, [])
  }
}

const chunk = (): Bytes => concat(new Uint8Array([1, 2, 3]))

it('what was put for one share is told to that one, though another was opened meanwhile', async () => {
  const store = new SlowStore()
  const [first, second]: [number[], number[]] = [[], []]
  const opened = store.keeper.open('first', (index) => first.push(index))
  await store.answer()
  await opened
  store.keeper.put(7, chunk())
  const openedNext = store.keeper.open('second', (index) => second.push(index))
  store.keeper.put(9, chunk())
  for (let i = 0; i < 3; i += 1) await store.answer()
  await openedNext
  expect({ first, second }).toEqual({ first: [7], second: [9] })
})

it('shares that are opened in turn each hear what is kept of them', async () => {
  const store = new SlowStore()
  const first = store.keeper.open('first', () => undefined)
  const second = store.keeper.open('second', () => undefined)
  await store.answer([1])
  await store.answer([2])
  expect(await first).toEqual([1])
  expect(await second).toEqual([2])
})

it('a chunk that the full queue refuses is told to the share that is open, before those that wait', async () => {
  const store = new SlowStore()
  const told: string[] = []
  void store.keeper.open('first', (index, isKept) => told.push(`${index} ${isKept}`))
  store.keeper.put(1, new Uint8Array(CHUNK_STORE_QUEUE_BYTES_MAX - 1000))
  store.keeper.put(2, chunk())
  await store.answer()
  await store.answer()
  expect(told).toEqual(['2 false', '1 true'])
})
