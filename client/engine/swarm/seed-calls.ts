import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { CallRefusal } from '../../../protocol/swarm/link-table.ts'
import type { PeerId } from '../../../protocol/swarm/peer-id.ts'
import type { PeerSource } from './peer-source.ts'

/** Why a seed is not called. */
const refusals: Readonly<Record<CallRefusal, readonly [FaultCode, string]>> = {
  banned: ['SEED_UNREACHABLE', 'What it said before was wrong, so it is not called any more.'],
  avoided: ['SEED_UNREACHABLE', 'It could not be reached, or hung up, a few seconds ago.'],
  full: ['TOO_MANY_REQUESTS', 'As many connections as may be are made already.'],
}
const BUSY = ['TOO_MANY_REQUESTS', 'It has no place for one more just now.'] as const

/** Seeds that are called, and who waits for them to answer. */
export class SeedCalls implements Disposable {
  readonly #seeds = new Map<PeerId, Seed>()
  readonly #waiting = new Map<PeerId, PromiseWithResolvers<PeerSource>>()
  /** Those of them that had no place when they were last called. */
  readonly #busy = new Set<PeerId>()
  #isOver = false

  /** Undefined for whoever is no seed, or was not called. */
  seedOf(peer: PeerId): Seed | undefined {
    return this.#seeds.get(peer)
  }

  /**
   * @param call - Calls it, where it was not called yet.
   * @throws {TransferError} What the call comes to; STOPPED once nobody is called any more.
   */
  wait(seed: Seed, call: () => void): Promise<PeerSource> {
    const waiting = this.#waiting.get(seed.id)
    if (waiting !== undefined) return waiting.promise
    if (this.#isOver) return Promise.reject(stopped())
    const made = Promise.withResolvers<PeerSource>()
    this.#waiting.set(seed.id, made)
    this.#seeds.set(seed.id, seed)
    call()
    return made.promise
  }

  /** It said hello. */
  answer(peer: PeerId, source: PeerSource): void {
    this.#waiting.get(peer)?.resolve(source)
    this.#waiting.delete(peer)
    this.#busy.delete(peer)
  }

  refuse(peer: PeerId, reason: CallRefusal): void {
    // It was turned away a moment ago: that is why it is not called now.
    const isBusy = reason === 'avoided' && this.#busy.has(peer)
    this.#end(peer, new TransferError(...(isBusy ? BUSY : refusals[reason])))
  }

  /** It answers, and has no place. */
  turnAway(peer: PeerId): void {
    this.#end(peer, new TransferError(...BUSY))
    this.#busy.add(peer)
  }

  /** @param why - A whole sentence. */
  fail(peer: PeerId, why: string): void {
    if (this.#waiting.has(peer)) this.#busy.delete(peer)
    this.#end(peer, new TransferError('SEED_UNREACHABLE', why))
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    for (const peer of this.#waiting.keys()) this.#end(peer, stopped())
  }

  #end(peer: PeerId, fault: TransferError): void {
    this.#waiting.get(peer)?.reject(fault)
    this.#waiting.delete(peer)
  }
}

function stopped(): TransferError {
  return new TransferError('STOPPED', 'Nobody is called any more.')
}
