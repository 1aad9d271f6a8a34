import type { Refusal } from '../../../protocol/swarm/session-event.ts'

/** What each refusal of a peer is to a run. */
export const faults = {
  missing: 'CHUNK_MISSING',
  busy: 'TOO_MANY_REQUESTS',
  budget: 'TOO_MANY_REQUESTS',
  silent: 'SEED_UNREACHABLE',
  gone: 'SEED_UNREACHABLE',
} as const satisfies Record<Refusal, string>

type Want = Readonly<{ peer: string; index: number }>

/** What peers were asked for: which chunk of whom stands for which run. */
export class PeerWants {
  readonly #runs = new Map<string, Map<number, number>>()
  readonly #wants = new Map<number, Want>()

  add(run: number, want: Want): void {
    const runs = this.#runs.get(want.peer)
    if (runs === undefined) this.#runs.set(want.peer, new Map([[want.index, run]]))
    else runs.set(want.index, run)
    this.#wants.set(run, want)
  }

  /** It came, or will not. @returns Its run, undefined if nobody waits for it any more. */
  settle({ peer, index }: Want): number | undefined {
    const runs = this.#runs.get(peer)
    const run = runs?.get(index)
    if (run === undefined) return undefined
    runs?.delete(index)
    this.#wants.delete(run)
    return run
  }

  /** @returns What the run asked for, undefined if it was no peer that was asked. */
  cancel(run: number): Want | undefined {
    const want = this.#wants.get(run)
    if (want !== undefined) this.settle(want)
    return want
  }
}
