// SPEC.md §6.2 once more, written from its ten steps: only Node's own cryptography, and no code of ours.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Step = Readonly<{ message: string; outcome: string }>
type File = Readonly<{
  genesis: string
  nowMs: number
  sequences: Readonly<{ name: string; steps: Step[] }>[]
}>
type Held = Readonly<{ raw: Buffer; hashes: Buffer[] }>

const file = JSON.parse(readFileSync('test/vectors/acceptance.json', 'utf8')) as File
const genesis = Buffer.from(file.genesis, 'hex')
const shareId = sha256('skerry/1 share\0', genesis).subarray(0, 20)
const DAY_MS = 86_400_000

function sha256(...parts: (string | Buffer)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function u32(value: number): Buffer {
  const field = Buffer.alloc(4)
  field.writeUInt32BE(value)
  return field
}

function rootOf(hashes: Buffer[]): Buffer {
  const extents = Array.from({ length: Math.ceil(hashes.length / 16) }, (_, e) =>
    sha256('skerry/1 extent\0', u32(e), ...hashes.slice(16 * e, 16 * e + 16)),
  )
  return sha256('skerry/1 root\0', u32(hashes.length), ...extents)
}

const seqOf = (raw: Buffer): bigint => raw.readBigUInt64BE(24)
const stateOf = (raw: Buffer): number => raw.readUInt8(32)
const countOf = (raw: Buffer): number => raw.readUInt32BE(36)
const lastOf = (raw: Buffer): number => raw.readUInt32BE(40)
const indexOf = (raw: Buffer): string => raw.toString('hex', 64, 100)

/** The signature; the layouts of §6.1 are tried in checkpoint.json. */
function isOwners(raw: Buffer): boolean {
  const der = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    genesis.subarray(20, 52),
  ])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(undefined, raw.subarray(0, 132), key, raw.subarray(132))
}

function contradicts(a: Held, b: Held): boolean {
  if (countOf(a.raw) === 0 || countOf(b.raw) === 0) return false
  if (indexOf(a.raw) !== indexOf(b.raw)) return true
  if (a.hashes.some((hash, i) => b.hashes[i] !== undefined && !hash.equals(b.hashes[i])))
    return true
  const [open, sealed] = stateOf(a.raw) === 0 ? [a, b] : [b, a]
  if (stateOf(sealed.raw) === 0) return false
  if (stateOf(open.raw) === 0) return countOf(open.raw) >= countOf(sealed.raw)
  return countOf(a.raw) !== countOf(b.raw) || lastOf(a.raw) !== lastOf(b.raw)
}

function decide(message: Buffer, held: Held | undefined): Held | string {
  const raw = message.subarray(0, 196)
  const first = message.readUInt32BE(196)
  const heldHashes = held?.hashes ?? []
  if (first > heldHashes.length) return 'HASHES_MISSING'
  const came = Array.from({ length: (message.length - 200) / 32 }, (_, i) =>
    message.subarray(200 + 32 * i, 232 + 32 * i),
  )
  const next = { raw, hashes: [...heldHashes.slice(0, first), ...came] }
  if (held?.raw.equals(raw) === true) return held
  if (!isOwners(raw) || !raw.subarray(4, 24).equals(shareId)) return 'CHECKPOINT_INVALID'
  if (held !== undefined && stateOf(held.raw) === 2)
    return stateOf(raw) === 2 ? held : 'SHARE_DELETED'
  if (Number(raw.readBigUInt64BE(52)) > file.nowMs + 2 * DAY_MS) return 'CHECKPOINT_INVALID'
  if (stateOf(raw) === 2) return { raw, hashes: [] }
  const isListed =
    next.hashes.length === countOf(raw) && rootOf(next.hashes).equals(raw.subarray(100, 132))
  if (!isListed) return 'CHECKPOINT_INVALID'
  if (held === undefined) return next
  if (contradicts(next, held)) return 'CHECKPOINT_CONFLICT'
  if (seqOf(raw) <= seqOf(held.raw)) return 'CHECKPOINT_STALE'
  return countOf(raw) < countOf(held.raw) ? 'CHECKPOINT_CONFLICT' : next
}

describe('§6.2, from the specification alone', () => {
  it.each(file.sequences)('$name', ({ steps }) => {
    let held: Held | undefined
    for (const { message, outcome } of steps) {
      const decided = decide(Buffer.from(message, 'hex'), held)
      expect(typeof decided === 'string' ? decided : 'accepted').toBe(outcome)
      if (typeof decided !== 'string') held = decided
    }
  })
})
