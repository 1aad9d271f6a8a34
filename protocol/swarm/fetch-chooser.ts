import { SEALED_CHUNK_BYTES_MAX } from '../limits.ts'
import type { FetchBoard } from './fetch-board.ts'
import {
  chooseFirst,
  chooseHedge,
  chooseNext,
  chooseTakeover,
  type RunChoice,
  type Situation,
} from './fetch-choice.ts'
import type { FetchPlan } from './fetch-event.ts'
import type { FetchPace } from './fetch-pace.ts'
import { chooseRare, chooseRescue, isTooSlow } from './fetch-rare.ts'
import { byRate, sharesOf } from './fetch-share.ts'
import type { FetchRun } from './fetch-run.ts'
import type { FetchSource, SourceTraits } from './fetch-source.ts'

/** However small the share of a source in the window: a request a chunk would be all waiting. */
const RUN_CHUNKS_MIN = 4
/** Before its rate is known, a seed is asked for little by each of a crowd. */
const RUN_CHUNKS_FIRST = 4

/** Asks each source that is free for what it had best bring now. */
export class FetchChooser {
  readonly #board: FetchBoard
  readonly #pace: FetchPace
  readonly #plan: FetchPlan
  /** All of the share may be asked for from the first moment on. */
  readonly #isInWindow: boolean
  /** Where this download goes on among chunks that are equally rare: others are elsewhere. */
  #pivot: number | undefined
  #sparedAtMs = -Infinity
  #areSpared = false

  constructor(board: FetchBoard, pace: FetchPace, plan: FetchPlan) {
    this.#board = board
    this.#pace = pace
    this.#plan = plan
    this.#isInWindow = plan.chunkCount <= plan.windowChunks
    if (this.#isInWindow) this.#pivot = this.#draw()
  }

  /**
   * @param concerned - Whose turn it may be: all, if undefined.
   * @returns What was asked.
   */
  assign(concerned: readonly FetchSource[] | undefined, nowMs: number): FetchRun[] {
    const asked: FetchRun[] = []
    const sources = concerned ?? [...this.#board.sources.values()]
    const usable = sources.filter((source) => source.isUsable(nowMs))
    for (const source of usable.length > 1 ? usable.toSorted(byRate) : usable) {
      for (;;) {
        const choice = this.#choose(source, nowMs)
        if (choice === undefined) break
        asked.push(this.#board.request(source, choice, nowMs))
      }
    }
    return asked
  }

  /** Whether seeds are asked only for what no peer gives, and for what is late. */
  isSpared(nowMs: number): boolean {
    if (this.#sparedAtMs !== nowMs) {
      this.#sparedAtMs = nowMs
      this.#areSpared = this.#pace.isPeersEnough(this.#seedsPerMs(), nowMs)
    }
    return this.#areSpared
  }

  /** Seeds are spared for what nobody was asked for. Where nothing comes, it is not for long that peers are enough. */
  isHoldingBack(nowMs: number): boolean {
    return this.#board.window.open.length > 0 && this.isSpared(nowMs)
  }

  #choose(source: FetchSource, nowMs: number): RunChoice | undefined {
    const isWhole = source.traits.hasSlots === true
    if (isWhole && !source.isFree(1)) return undefined
    const { runs, window: wanted } = this.#board
    const isReserved = (index: number): boolean => this.#isReserved(source, index, nowMs)
    const situation = { source, runs, wanted, isReserved, nowMs }
    if (!this.#isRareFirst()) {
      return isWhole ? this.#chooseEarly(situation) : this.#chooseStream(situation)
    }
    return isWhole ? this.#chooseWhole(situation) : this.#chooseRanges(situation)
  }

  /** Ranges, in the order of the stream. */
  #chooseStream(situation: Situation): RunChoice | undefined {
    const flightChunks = this.#flightChunks(situation)
    return (
      chooseHedge(situation) ?? chooseNext(situation, flightChunks) ?? chooseTakeover(situation)
    )
  }

  /** Single chunks, in the order of the stream. */
  #chooseEarly(situation: Situation): RunChoice | undefined {
    const { source } = situation
    // D01: it is asked for a second chunk once its first was right, so that a lie costs one.
    if (source.isUntried && source.runs.size > 0) return undefined
    // What it brings is wanted when it comes: until then the others bring what lies before it.
    const aheadCount = (source.rate.wholeMs * this.#othersPerMs(source)) / SEALED_CHUNK_BYTES_MAX
    return (
      chooseHedge(situation) ??
      chooseFirst(situation, Math.floor(aheadCount)) ??
      chooseTakeover(situation)
    )
  }

  /** Single chunks, the rarest first. */
  #chooseWhole(situation: Situation): RunChoice | undefined {
    const { source, wanted, nowMs } = situation
    // D01 as above, while a seed could bring it as well. Where none has room, a crowd is not held up by that.
    if (source.isUntried && source.runs.size > 0 && this.#isSeedFree(nowMs)) return undefined
    const isLeft = isTooSlow(source, wanted.unaskedCount, () => this.#othersPerMs(source))
    const options = { pivot: this.#draw(), countMax: 1 }
    const next = isLeft ? undefined : chooseRare(situation, options)
    return next ?? chooseRescue(situation) ?? chooseTakeover(situation)
  }

  /** Ranges, the rarest first. */
  #chooseRanges(situation: Situation): RunChoice | undefined {
    const { source } = situation
    // One that had no place for us has a crowd to serve: a chunk for each makes more who can pass one on.
    const firstCount = source.isInDoubt ? 1 : RUN_CHUNKS_FIRST
    const flightChunks = this.#flightChunks(situation, firstCount)
    const countMax = source.isOnTrial ? 1 : Math.min(flightChunks, source.traits.runChunksMax)
    const next = source.isFree(flightChunks) ? this.#chooseRange(situation, countMax) : undefined
    if (next !== undefined || source.runs.size > source.traits.runsMax) return next
    return chooseRescue(situation) ?? chooseTakeover(situation)
  }

  /** In a share that fits the window from one place on; else behind the last range, or anywhere in the window. */
  #chooseRange(situation: Situation, countMax: number): RunChoice | undefined {
    this.#pivot ??= this.#draw()
    const next = chooseRare(situation, { pivot: this.#pivot, countMax })
    if (this.#isInWindow || next === undefined) return next
    const isOn = next.first === this.#pivot
    const choice = isOn ? next : chooseRare(situation, { pivot: this.#draw(), countMax })
    this.#pivot = choice?.end
    return choice
  }

  /**
   * Beside seeds alone a large share comes in the order of the stream, which is quickest. In one that fits the window
   * a crowd that comes at once would fetch the same first chunks before its members met, and have no others to swap:
   * 300 would take 1.39 of their bound instead of 1.29.
   */
  #isRareFirst(): boolean {
    if (this.#plan.order !== 'rare') return false
    if (this.#isInWindow) return true
    for (const { traits, isBanned } of this.#board.sources.values()) {
      if (traits.isPeer === true && !isBanned) return true
    }
    return false
  }

  /** Half of its share of the window at a time: what is on its way and what is being saved need room, too. */
  #flightChunks({ source, nowMs }: Situation, firstCount?: number): number {
    const sharers = [...this.#board.sources.values()].filter((other) => {
      const { hasSlots, isLocal } = other.traits
      // What is on this machine brings little or all: a third of the window was kept for an empty store.
      if (isLocal === true && other !== source) return false
      return hasSlots !== true && other.isUsable(nowMs)
    })
    const share = sharesOf(sharers).get(source) ?? 0
    const { windowChunks, nearChunks = windowChunks } = this.#plan
    const fairCount = Math.max(RUN_CHUNKS_MIN, (share * nearChunks) / 2)
    return source.flightChunks(fairCount, firstCount)
  }

  /** What others are to bring: what is on this machine costs nobody anything; peers spare seeds. */
  #isReserved(source: FetchSource, index: number, nowMs: number): boolean {
    if (source.traits.isLocal === true) return false
    for (const local of this.#board.locals) {
      if (local.held?.has(index) !== true) continue
      if (local.isUsable(nowMs) && local.mayHave(index, nowMs)) return true
    }
    if (source.traits.isPeer === true) return false
    // D03: saying that it has it is not giving it.
    return this.isSpared(nowMs) && this.#board.isGiven(index, nowMs)
  }

  /** One that was never asked may be faster than all. */
  #seedsPerMs(): number {
    let sum = 0
    for (const { traits, isBanned, isInDoubt, bytesPerMs } of this.#board.sources.values()) {
      if (!isSeed(traits) || isBanned) continue
      sum += bytesPerMs ?? (isInDoubt ? 0 : Infinity)
    }
    return sum
  }

  /** Whether there is one that may be asked and did not turn us away last. */
  #isSeedFree(nowMs: number): boolean {
    for (const source of this.#board.sources.values()) {
      const { traits, isInDoubt } = source
      if (isSeed(traits) && !isInDoubt && source.isUsable(nowMs)) return true
    }
    return false
  }

  #othersPerMs(source: FetchSource): number {
    let sum = 0
    for (const other of this.#board.sources.values()) {
      if (other !== source && other.runs.size > 0) sum += other.bytesPerMs ?? 0
    }
    return sum
  }

  /** A chunk of the window, which in a large share lies far before most of it. */
  #draw(): number {
    const random = this.#plan.random?.() ?? 0
    if (this.#isInWindow) return Math.floor(random * this.#plan.chunkCount)
    const { open } = this.#board.window
    return open[Math.floor(random * open.length)]?.index ?? 0
  }
}

/** Neither a peer nor what is kept on this machine. */
function isSeed({ isPeer, isLocal }: SourceTraits): boolean {
  return isPeer !== true && isLocal !== true
}
