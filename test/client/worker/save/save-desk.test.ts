import { expect, it } from 'vitest'
import type { StoreAnswer, StoreAsk } from '../../../../client/chunk-store/store-messages.ts'
import type { SaveAnswer } from '../../../../client/service-worker/save-port.ts'
import { ChunkKeeper } from '../../../../client/worker/chunk-keeper.ts'
import { SaveDesk } from '../../../../client/worker/save/save-desk.ts'
import type { StoreSource } from '../../../../client/worker/store-source.ts'
import { openSession, openShare } from '../../receive/reader.ts'
import { ShareHost } from '../../receive/share-host.ts'
import { createTestShare, viewOf } from '../../receive/test-share.ts'

const paths = ['in/one.bin', 'in/two.bin']
const share = await createTestShare('save desk', [
  { path: 'in/one.bin', size: 600_000 },
  { path: 'in/two.bin', size: 50_000 },
])

/** Where a page keeps chunks, without a disk: what it says of those that came can be held back. */
class MemoryStore {
  readonly asked: StoreAsk['type'][] = []
  isHeld = false
  /** It has room for nothing. */
  isFull = false
  readonly #port: MessagePort
  readonly #held: StoreAnswer[] = []

  constructor(port: MessagePort) {
    this.#port = port
    port.addEventListener('message', ({ data }: MessageEvent<StoreAsk>) => this.#take(data))
    port.start()
  }

  release(): void {
    for (const answer of this.#held.splice(0)) this.#answer(answer)
  }

  #answer(answer: StoreAnswer): void {
    this.#port.postMessage(answer, [])
  }

  #take(ask: StoreAsk): void {
    this.asked.push(ask.type)
    if (ask.type === 'open') this.#answer({ type: 'opened', indexes: [] })
    if (ask.type === 'get') this.#answer({ type: 'got', id: ask.id, sealed: undefined })
    if (ask.type !== 'put') return
    this.#held.push({ ...ask, type: 'put-done', isKept: !this.isFull })
    if (!this.isHeld) this.release()
  }
}

/** Whom a page could give what is kept. */
class Others {
  isKeeping = true
  readonly mayHelp = false
  readonly isMet = false
  readonly offered = new Set<number>()
  readonly passed = new Set<number>()

  count(): void {
    // Nobody looks at it.
  }

  isSought = true

  rest(): void {
    this.isSought = false
  }

  seek(): void {
    this.isSought = true
  }

  open(store: StoreSource): void {
    for (const index of store.indexes) this.offered.add(index)
  }

  kept(index: number): void {
    this.offered.add(index)
  }

  unkept(index: number): void {
    this.passed.add(index)
  }

  dropped(indexes: readonly number[]): void {
    for (const index of indexes) this.offered.delete(index)
  }
}

/** Takes a download as a browser does, to its end. */
function pullAll(port: MessagePort): void {
  const pull = (): void => port.postMessage({ type: 'pull', used: undefined }, [])
  port.addEventListener('message', ({ data }: MessageEvent<SaveAnswer>) => {
    if (data.type === 'part') pull()
    else port.postMessage({ type: 'taken' }, [])
  })
  port.start()
  pull()
}

/** A page that saves all of a share from a seed. */
async function openDesk() {
  const host = await ShareHost.start(0, share, viewOf(share))
  const session = openSession(share, [host])
  const content = await openShare(session, share)
  const [channel, saving] = [new MessageChannel(), new MessageChannel()]
  const [keeper, store] = [new ChunkKeeper(channel.port1), new MemoryStore(channel.port2)]
  const swarm = new Others()
  const announce = (saveId: string): void => {
    desk.serve(saveId, saving.port1)
    pullAll(saving.port2)
  }
  const unused = { title: 'in', changed: () => undefined }
  const desk: SaveDesk = new SaveDesk({ ...unused, content, paths, keeper, swarm, announce })
  const saveAll = (): Promise<void> =>
    desk.save({ type: 'save', saveId: 'save', target: { kind: 'zip', folder: '' } })
  return {
    desk,
    keeper,
    store,
    swarm,
    saveAll,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const { port2 } of [channel, saving]) port2.close()
      await session[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
    },
  }
}

it('offers others nothing of what it lets go, once all is saved and they are given nothing any more', async () => {
  await using open = await openDesk()
  const { desk, store, swarm } = open
  await open.saveAll()
  await expect.poll(() => swarm.offered.size).toBe(share.chunks.length)
  desk.tick()
  expect(store.asked).not.toContain('forget')
  swarm.isKeeping = false
  desk.tick()
  await expect.poll(() => store.asked).toContain('forget')
  expect(swarm.offered).toEqual(new Set())
})

it('offers others nothing that was still on its way to the disk when it let all go', async () => {
  await using open = await openDesk()
  const { keeper, store, swarm } = open
  swarm.isKeeping = false
  store.isHeld = true
  await open.saveAll()
  await expect.poll(() => store.asked).toContain('forget')
  expect(store.asked).toContain('put')
  store.release()
  // Answered after what was held.
  await keeper.get(0)
  expect(swarm.offered).toEqual(new Set())
})

it('says of what there is no room for that it came all the same', async () => {
  await using open = await openDesk()
  const { store, swarm } = open
  store.isFull = true
  await open.saveAll()
  await expect.poll(() => swarm.passed.size).toBe(share.chunks.length)
  expect(swarm.offered).toEqual(new Set())
})

it('calls nobody any more once all is saved, though less of it is kept, until more is to be saved', async () => {
  await using open = await openDesk()
  const { desk, store, swarm } = open
  store.isFull = true
  const saving = open.saveAll()
  expect(swarm.isSought).toBe(true)
  await saving
  expect([swarm.isSought, swarm.offered.size]).toEqual([false, 0])
  const one = desk.save({ type: 'save', saveId: 'one', target: { kind: 'file', entry: 0 } })
  expect(swarm.isSought).toBe(true)
  desk.stop()
  await one
  expect(swarm.isSought).toBe(true)
})
