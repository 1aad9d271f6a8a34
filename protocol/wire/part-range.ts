import {
  EXTENTS_MAX,
  FRAME_EXTENTS_MAX,
  FRAME_HASHES_MAX,
  INDEX_SEALED_BYTES_MAX,
  INDEX_SLICE_BYTES_MAX,
} from '../limits.ts'

/** What a peer can be asked for besides chunks: hashes of extents, chunk hashes by extent, bytes of the sealed index. */
export const parts = ['extents', 'hashes', 'index'] as const
export type Part = (typeof parts)[number]

/** How far each goes, and how much of it one frame carries: extents for both kinds of hashes, bytes of the index. */
const bounds = {
  extents: { end: EXTENTS_MAX, countMax: FRAME_HASHES_MAX },
  hashes: { end: EXTENTS_MAX, countMax: FRAME_EXTENTS_MAX },
  index: { end: INDEX_SEALED_BYTES_MAX, countMax: INDEX_SLICE_BYTES_MAX },
} as const satisfies Record<Part, { end: number; countMax: number }>

/** True for a range that one frame can ask for, or answer. */
export function isPartRange(part: Part, first: number, count: number): boolean {
  const { end, countMax } = bounds[part]
  return count >= 1 && count <= countMax && first + count <= end
}
