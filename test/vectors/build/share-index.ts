import { sealIndex, type ShareIndex } from '../../../protocol/share-index.ts'
import { createOwner, flipped } from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

const owner = await createOwner('vectors')
const { shareId } = owner
const { indexKey, nonceKey } = owner.keys
const entry = { path: 'a', size: 1 }

export async function buildIndex(): Promise<VectorFile> {
  const all: ShareIndex = [
    {
      path: 'Reise/Tu\u0304i & Kea.jpg',
      size: 262_101,
      type: 'image/jpeg',
      mtimeMs: 1_767_225_600_000,
    },
    { path: 'Reise/leer/', size: 0 },
    { path: 'quote " back \\ line \n.sh', size: 1, executable: true },
  ]
  const sealed = await sealIndex(owner.keys, shareId, [entry])
  return {
    indexKey,
    nonceKey,
    shareId,
    valid: [await describeIndex('one file', [entry]), await describeIndex('every key', all)],
    // To be padded, sealed and opened again: they decrypt, and are refused for what they say.
    invalid: [...spoilText(), ...spoilEntries()],
    forged: [
      { name: 'bit of the nonce', sealed: flipped(sealed, 0), code: 'CHUNK_FORGED' },
      { name: 'too short', sealed: sealed.slice(0, 28), code: 'INDEX_INVALID' },
    ],
  }
}

async function describeIndex(name: string, index: ShareIndex): Promise<object> {
  const json = JSON.stringify({ v: 1, entries: index })
  return { name, entries: index, json, sealed: await sealIndex(owner.keys, shareId, index) }
}

function refuse(name: string, value: unknown, changes: object = {}): object {
  const json = typeof value === 'string' ? value : JSON.stringify(value)
  return { name, json, ...changes, code: 'INDEX_INVALID' }
}

function spoilText(): object[] {
  const json = JSON.stringify({ v: 1, entries: [entry] })
  return [
    refuse('no JSON', '{"v":1,'),
    refuse('byte order mark', `\uFEFF${json}`),
    refuse('line end behind it', `${json}\n`),
    refuse('padded too long', json, { paddedTo: 4352 }),
    refuse('not padded', json, { paddedTo: json.length }),
    refuse('another version', { v: 2, entries: [entry] }),
    refuse('no entries', { v: 1, entries: [] }),
    refuse('another key', { v: 1, entries: [entry], more: 1 }),
    refuse('an array', [entry]),
    refuse('four levels', { v: 1, entries: [{ path: 'a', size: [[1]] }] }),
  ]
}

function spoilEntries(): object[] {
  const one = (name: string, change: object): object =>
    refuse(name, { v: 1, entries: [{ ...entry, ...change }] })
  return [
    one('another key in an entry', { offset: 0 }),
    refuse('no size', { v: 1, entries: [{ path: 'a' }] }),
    refuse('__proto__', '{"v":1,"entries":[{"path":"a","size":1,"__proto__":{}}]}'),
    one('negative size', { size: -1 }),
    one('fraction of a byte', { size: 0.5 }),
    one('size above 2^53 - 1', { size: 2 ** 53 }),
    one('more than a share can hold', { size: 262_100 * 2 ** 23 }),
    one('size as text', { size: '1' }),
    one('empty path', { path: '' }),
    one('path over 4096 bytes', { path: '\u00E4'.repeat(2049) }),
    one('33 folders deep', { path: `${'d/'.repeat(33)}f` }),
    one('folder with a size', { path: 'd/' }),
    one('type over 127 characters', { type: 'x'.repeat(128) }),
    one('mtime as text', { mtimeMs: '1' }),
    one('executable as a number', { executable: 1 }),
  ]
}
