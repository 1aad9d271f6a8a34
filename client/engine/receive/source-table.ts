import type { Accepted } from '../../../protocol/accept.ts'
import type { FaultCode, TransferError } from '../../../protocol/errors.ts'
import type { ChunkSource, ShareSource, SourceKind } from './share-source.ts'

/** Who is told when a source comes or goes, or more is published. */
export type SessionListener = Readonly<{
  source: (source: ShareSource) => void
  /** It is not asked any more. @param lie - What it is banned for; it is merely away if undefined. */
  gone: (source: ChunkSource, lie: TransferError | undefined) => void
  published: (accepted: Accepted) => void
}>

/** Seeds answer for what they say; among peers may be any number that do not. */
const order: readonly SourceKind[] = ['local', 'seed', 'seed-rtc', 'peer']

/** What no honest source shows: there is no excuse for it, but a mistake of ours. */
const lies: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'CHECKPOINT_INVALID',
  'GENESIS_INVALID',
  'HASH_MISMATCH',
])

export function isLie(fault: TransferError | undefined): fault is TransferError {
  return fault !== undefined && lies.has(fault.code)
}

/** Who serves a share just now, and who wants to know. */
export class SourceTable {
  readonly #sources = new Map<string, ShareSource>()
  readonly #stays = new Map<ShareSource, AbortController>()
  readonly #listeners = new Set<SessionListener>()

  /** Whom to ask first stands first. */
  get all(): readonly ShareSource[] {
    return [...this.#sources.values()].toSorted(
      (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind),
    )
  }

  get hasPeer(): boolean {
    return [...this.#sources.values()].some(({ kind }) => kind === 'peer')
  }

  has(source: ChunkSource): boolean {
    return this.#sources.get(source.id) === source
  }

  /**
   * In the place of one of the same name: a seed that is reached another way.
   *
   * @returns What aborts once it is not there any more.
   */
  add(source: ShareSource): AbortSignal {
    this.delete(source)
    const stay = new AbortController()
    this.#sources.set(source.id, source)
    this.#stays.set(source, stay)
    for (const listener of this.#listeners) listener.source(source)
    return stay.signal
  }

  /** @returns False if it was not there. */
  delete({ id }: Pick<ChunkSource, 'id'>, lie?: TransferError): boolean {
    const source = this.#sources.get(id)
    if (source === undefined) return false
    this.#sources.delete(id)
    this.#stays.get(source)?.abort()
    this.#stays.delete(source)
    for (const { gone } of this.#listeners) gone(source, lie)
    return true
  }

  publish(accepted: Accepted): void {
    for (const { published } of this.#listeners) published(accepted)
  }

  /** Tells of what is there and of what comes. @returns What ends it. */
  listen(listener: SessionListener): () => void {
    this.#listeners.add(listener)
    for (const source of this.#sources.values()) listener.source(source)
    return () => this.#listeners.delete(listener)
  }
}
