import type { Bytes } from '../../../protocol/bytes.ts'
import type { ShareId } from '../../../protocol/share-id.ts'

/** Remembers the newest checkpoint seen of each share, so that no seed can show an older one as the newest. */
export interface SeenStore {
  /** The checkpoint as it was signed, 196 bytes. */
  load(shareId: ShareId): Promise<Bytes | undefined>
  /** Resolves once it survives the end of this process. */
  save(shareId: ShareId, checkpoint: Bytes): Promise<void>
  /** Keeps two checkpoints of one owner that contradict each other: 196 bytes each. */
  keepEvidence(shareId: ShareId, checkpoints: readonly Bytes[]): Promise<void>
}
