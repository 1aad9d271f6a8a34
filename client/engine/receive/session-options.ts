import type { Bytes } from '../../../protocol/bytes.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { SeenStore } from './seen-store.ts'

export type SessionOptions = Readonly<{
  shareId: ShareId
  helpKey: Bytes
  /** Of the newest directory known now; a newer one may follow. */
  seeds: readonly Seed[]
  seen: SeenStore
  nowMs?: () => number
  /** So often whoever serves it is asked for news of a sealed share; never if undefined. */
  sealedLookMs?: number
  /** 0 to 1, for spreading retries only. */
  random?: () => number
}>
