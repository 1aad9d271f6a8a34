import type { Bytes } from '../../protocol/bytes.ts'

/** What the engine's worker asks of the chunk store's. `id` pairs a `get` with its answer. */
export type StoreAsk =
  | Readonly<{ type: 'open'; shareId: string; bytesMax: number }>
  | Readonly<{ type: 'put'; index: number; sealed: Bytes }>
  | Readonly<{ type: 'get'; id: number; index: number }>
  /** What was got under this index is not the chunk. */
  | Readonly<{ type: 'drop'; index: number }>
  /** What is there is of no use any more: the share was deleted, or all of it was saved. */
  | Readonly<{ type: 'forget'; shareId: string }>

export type StoreAnswer =
  /** Which chunks are there: a hint, hashes decide. Empty where the browser keeps nothing. */
  | Readonly<{ type: 'opened'; indexes: readonly number[] }>
  /** The memory comes back, for the next chunk. */
  | Readonly<{ type: 'put-done'; index: number; sealed: Bytes; isKept: boolean }>
  | Readonly<{ type: 'got'; id: number; sealed: Bytes | undefined }>
