import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
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

/** Bytes of an answer are told so often at most: a page does no other. */
const BYTES_MS = 100

/** A seed over HTTP: streams ranges, and sends away whom it has no place for. */
export class SimulatedSeed {
  readonly id: string
  readonly #world: SwarmWorld
  readonly #node: number
  readonly #readsMax: number
  readonly #delayMs: number
  #readCount = 0
  refusedCount = 0
  sentChunks = 0
  /** Chunks up to here are here. */
  heldCount: number

  constructor(world: SwarmWorld, id: string, heldCount: number) {
    this.id = id
    this.heldCount = heldCount
    this.#world = world
    const { seedUpPerMs, seedReadsMax } = world.options
    this.#node = world.net.addNode(seedUpPerMs, Infinity)
    this.#readsMax = seedReadsMax
    this.#delayMs = world.draw(5, 50)
  }

  /** @returns Ends it early. */
  read(first: number, count: number, reader: SeedReader): () => void {
    const wayMs = this.#delayMs + reader.delayMs
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
      if (this.#readCount >= this.#readsMax) {
        this.refusedCount += 1
        wheel.after(wayMs, () => {
          if (!isOver) reader.refuse()
        })
        return
      }
      const end = Math.min(first + count, this.heldCount)
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
    const flow = net.createFlow(this.#node, reader.node, (bytes) => {
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
    if (first >= end) {
      free()
      say(() => reader.end())
    }
    return flow
  }
}
