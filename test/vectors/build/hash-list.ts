import { rootOf, splitHashes } from '../../../protocol/hash-list.ts'
import { extentsOf, fixedHashes } from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

export function buildHashList(): VectorFile {
  return { valid: [0, 1, 15, 16, 17, 33].map(describeList) }
}

function describeList(count: number): object {
  const hashes = fixedHashes(count)
  const extentHashes = extentsOf(hashes).map(({ hash }) => hash)
  return {
    n: count,
    chunkHashes: splitHashes(hashes),
    extentHashes,
    root: rootOf(count, extentHashes),
  }
}
