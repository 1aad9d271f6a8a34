import { createStore, get, set } from 'idb-keyval'
import * as v from 'valibot'
import type { Privacy } from '../engine/swarm/privacy.ts'
import { keptAtBest } from './keeping.ts'

const choices = createStore('skerry-peers', 'choices')
const KEY = 'recipient'
const DAILY_BYTES_MAX = 10_000_000_000

const choiceSchema = v.object({
  mode: v.exactOptional(v.picklist(['seeds-only', 'direct', 'relayed'])),
  isGiving: v.boolean(),
  dailyBytesMax: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
})

type Kept = v.InferOutput<typeof choiceSchema>

/** What a recipient chose about others with the same link, as this browser keeps it: they are asked once. */
export class PeerChoice {
  #kept: Kept

  private constructor(kept: Kept) {
    this.#kept = kept
  }

  static async load(): Promise<PeerChoice> {
    const result = v.safeParse(choiceSchema, await keptAtBest(() => get(KEY, choices)))
    return new PeerChoice(
      result.success ? result.output : { isGiving: true, dailyBytesMax: DAILY_BYTES_MAX },
    )
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
    return this.#keep({ ...this.#kept, mode })
  }

  keepGiving(isGiving: boolean): Promise<void> {
    return this.#keep({ ...this.#kept, isGiving })
  }

  keepDailyBytesMax(bytes: number | undefined): Promise<void> {
    const { dailyBytesMax: _, ...rest } = this.#kept
    return this.#keep(bytes === undefined ? rest : { ...rest, dailyBytesMax: bytes })
  }

  /** It counts at once, kept or not. */
  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept
    await keptAtBest(() => set(KEY, kept, choices))
  }
}
