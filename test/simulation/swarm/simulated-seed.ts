import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { Flow } from './fluid-net.ts'
import type { SwarmWorld } from './swarm-world.ts'

/** What one request is told. Called within the world's time, after the way there and back. */
export type SeedReader = Readonly<{
  node: number
  delayMs: number
  bytes: (bytes: number) => void
  chunk: (index: number) => void
  end: () => void
  refuse: () => void
}>

/** What a seed has, and how many chunks its checkpoint covers. */
export type HeldWatcher = (held: ChunkSet, publishedCount: number) => void

/** Bytes of an answer are told so often at most: a page does no other. */
const BYTES_MS = 100

/** A seed over HTTP: streams ranges, and sends away whom it has no place for. */
export class SimulatedSeed {
  readonly id: string
  readonly #world: SwarmWorld
  readonly node: number
  readonly #readsMax: number
  readonly delayMs: number
  #readCount = 0
  refusedCount = 0
  sentChunks = 0
  readonly held: ChunkSet
  readonly #watchers: { delayMs: number; tell: HeldWatcher }[] = []

  constructor(world: SwarmWorld, id: string) {
    this.id = id
    this.held = new ChunkSet(world.options.chunkCount)
    this.#world = world
    const { seedUpPerMs, seedReadsMax } = world.options
    this.node = world.net.addNode(seedUpPerMs, Infinity)
    this.#readsMax = seedReadsMax
    this.delayMs = world.draw(5, 50)
  }

  /** These are on its disk now, and whoever asked for news hears of it. */
  hold(first: number, end: number): void {
    this.held.addRange(first, end)
    this.tellWatchers()
  }

  /** A long poll: told now, and whenever something changed. */
  watch(delayMs: number, tell: HeldWatcher): void {
    this.#watchers.push({ delayMs, tell })
    this.#tell({ delayMs, tell })
  }

  tellWatchers(): void {
    for (const watcher of this.#watchers) this.#tell(watcher)
  }

  #tell({ delayMs, tell }: { delayMs: number; tell: HeldWatcher }): void {
    const { wheel, publishedCount, options } = this.#world
    const held = new ChunkSet(options.chunkCount, this.held.bitmap())
    wheel.after(this.delayMs + delayMs, () => tell(held, publishedCount))
  }

  /** @returns Ends it early. */
  read(first: number, count: number, reader: SeedReader): () => void {
    const wayMs = this.delayMs + reader.delayMs
    const { net, wheel } = this.#world
    let isOver = false
    let flow: Flow | undefined
    const free = (): void => {
      if (flow === undefined) return
      net.stop(flow)
      flow = undefined
      this.#readCount -= 1
    }
    wheel.after(wayMs, () => {
      if (isOver) return
      const isHole = !this.held.has(first)
      if (isHole || this.#readCount >= this.#readsMax) {
        if (!isHole) this.refusedCount += 1
        wheel.after(wayMs, () => {
          if (isOver) return
          if (isHole) reader.end()
          else reader.refuse()
        })
        return
      }
      // A range that runs into a hole is cut there.
      let end = first
      while (end < first + count && this.held.has(end)) end += 1
      this.#readCount += 1
      flow = this.#stream({ first, end, reader, wayMs, isOver: () => isOver, free })
    })
    return () => {
      isOver = true
      wheel.after(wayMs, free)
    }
  }

  #stream(
    answer: Readonly<{
      first: number
      end: number
      reader: SeedReader
      wayMs: number
      isOver: () => boolean
      free: () => void
    }>,
  ): Flow {
    const { first, end, reader, wayMs, isOver, free } = answer
    const { net, wheel } = this.#world
    const say = (word: () => void): void =>
      wheel.after(wayMs, () => {
        if (!isOver()) word()
      })
    let partBytes = 0
    let toldMs = wheel.nowMs
    const tell = (): void => {
      const bytes = partBytes
      partBytes = 0
      toldMs = wheel.nowMs
      if (bytes > 0) say(() => reader.bytes(bytes))
    }
    const flow = net.createFlow(this.node, reader.node, (bytes) => {
      partBytes += bytes
      if (wheel.nowMs - toldMs >= BYTES_MS) tell()
    })
    for (let index = first; index < end; index += 1) {
      net.send(flow, SEALED_CHUNK_BYTES_MAX, () => {
        this.sentChunks += 1
        tell()
        say(() => reader.chunk(index))
        if (index + 1 < end) return
        free()
        say(() => reader.end())
      })
    }
    return flow
  }
}
