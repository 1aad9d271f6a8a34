import { createStore, get, update } from 'idb-keyval'
import * as v from 'valibot'
import type { Privacy } from '../engine/swarm/privacy.ts'
import { keptAtBest } from './keeping.ts'

const choices = createStore('skerry-peers', 'choices')
const KEY = 'recipient'
const DAILY_BYTES_MAX = 10_000_000_000

const choiceSchema = v.object({
  mode: v.exactOptional(v.picklist(['seeds-only', 'direct', 'relayed'])),
  isGiving: v.boolean(),
  dailyBytesMax: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
})

type Kept = v.InferOutput<typeof choiceSchema>

/** What a recipient chose about others with the same link, as this browser keeps it: they are asked once. */
export class PeerChoice {
  #kept: Kept

  private constructor(kept: Kept) {
    this.#kept = kept
  }

  static async load(): Promise<PeerChoice> {
    const kept = parse(await keptAtBest(() => get(KEY, choices)))
    return new PeerChoice(kept ?? { isGiving: true, dailyBytesMax: DAILY_BYTES_MAX })
  }

  /** Undefined until they answered. */
  get mode(): Privacy | undefined {
    return this.#kept.mode
  }

  /** The switch. */
  get isGiving(): boolean {
    return this.#kept.isGiving
  }

  /** Undefined for as much as the others take. */
  get dailyBytesMax(): number | undefined {
    return this.#kept.dailyBytesMax
  }

  keepMode(mode: Privacy): Promise<void> {
    return this.#keep({ mode })
  }

  keepGiving(isGiving: boolean): Promise<void> {
    return this.#keep({ isGiving })
  }

  keepDailyBytesMax(dailyBytesMax: number | undefined): Promise<void> {
    return this.#keep({ dailyBytesMax })
  }

  /** It counts at once, kept or not. What else another tab kept since stays: a no above all. */
  async #keep(change: Partial<Kept>): Promise<void> {
    this.#kept = { ...this.#kept, ...change }
    const merge = (kept: unknown): Kept => ({ ...(parse(kept) ?? this.#kept), ...change })
    await keptAtBest(() => update(KEY, merge, choices))
  }
}

function parse(kept: unknown): Kept | undefined {
  return v.is(choiceSchema, kept) ? kept : undefined
}
