import { expect, it } from 'vitest'
import { decodeShareFile } from '../../../seed/catalog/share-file.ts'
import { decodeShareRow, encodeShareRow, type ShareRow } from '../../../seed/catalog/share-row.ts'
import { concat } from '../../../protocol/bytes.ts'
import { faultOf, flipped } from '../../protocol/owner.ts'
import { SentShare } from '../sent-share.ts'

const share = await SentShare.make('row', { chunkCount: 1 })
const checkpointBytes = share.sealed().slice(0, 196)

const row: ShareRow = {
  genesisBytes: share.owner.genesisBytes,
  grantBytes: share.grant,
  maxChunks: 7,
  grantNotAfterMs: 3,
  readToken: share.readToken,
  receivedAtMs: 1,
  changedAtMs: 2,
  storedBytes: 2 ** 40,
  isVerified: true,
  isIndexHeld: false,
  checkpointBytes,
  evidence: undefined,
}

it('gives a row back as it was written', () => {
  expect(decodeShareRow(encodeShareRow(row))).toEqual(row)
  const bare = { ...row, checkpointBytes: undefined, isIndexHeld: true, isVerified: false }
  expect(decodeShareRow(encodeShareRow(bare))).toEqual(bare)
  const evidence = concat(checkpointBytes, checkpointBytes)
  expect(decodeShareRow(encodeShareRow({ ...row, evidence }))).toEqual({ ...row, evidence })
})

it('believes no row of which a single bit is not as it was written', async () => {
  const bytes = encodeShareRow(row)
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    expect(await faultOf(() => decodeShareRow(flipped(bytes, bit)))).toBe('GENESIS_INVALID')
  }
})

it('believes no share file of which a single bit is not as it was written', async () => {
  const { genesisBytes } = share.owner
  const file = concat(genesisBytes, share.grant, share.readToken, checkpointBytes)
  expect(decodeShareFile(share.id, file).checkpoint?.seq).toBe(9)
  expect(decodeShareFile(share.id, file.slice(0, -196)).checkpoint).toBeUndefined()
  for (let bit = 0; bit < file.length * 8; bit += 61) {
    expect(await faultOf(() => decodeShareFile(share.id, flipped(file, bit)))).not.toBe('none')
  }
  for (const cut of [1, 100, 197, 300]) {
    expect(await faultOf(() => decodeShareFile(share.id, file.slice(0, -cut)))).not.toBe('none')
  }
})
