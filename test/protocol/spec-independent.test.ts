// Written from protocol/SPEC.md alone: only Node's own cryptography, and no code of ours.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  hkdfSync,
  scryptSync,
  verify,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Fields = Record<string, string>

const read = (name: string): unknown => JSON.parse(readFileSync(`test/vectors/${name}`, 'utf8'))
const hex = (text = ''): Buffer => Buffer.from(text, 'hex')
const sha256 = (...parts: (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const u32 = (value: number): Buffer => {
  const field = Buffer.alloc(4)
  field.writeUInt32BE(value)
  return field
}
const place = (index: number, isFinal: boolean): Buffer =>
  Buffer.concat([u32(index), Buffer.of(isFinal ? 1 : 0)])
const hkdf = (key: Buffer, salt: Buffer, info: string): string =>
  Buffer.from(hkdfSync('sha256', key, salt, info, 32)).toString('hex')
/** §1.3 but for the cofactor: what an honest signer makes. */
const isSigned = (message: Buffer, signature: Buffer, key: Buffer): boolean => {
  const der = Buffer.concat([hex('302a300506032b6570032100'), key])
  return verify(
    undefined,
    message,
    createPublicKey({ key: der, format: 'der', type: 'spki' }),
    signature,
  )
}
const seal = (key: Buffer, nonce: Buffer, aad: Buffer, plain: Buffer): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}
const extentHashes = (hashes: Buffer[]): Buffer[] => {
  const count = Math.ceil(hashes.length / 16)
  return Array.from({ length: count }, (_, e) =>
    sha256('skerry/1 extent\0', u32(e), ...hashes.slice(16 * e, 16 * e + 16)),
  )
}
const rootOf = (hashes: Buffer[]): Buffer =>
  sha256('skerry/1 root\0', u32(hashes.length), ...extentHashes(hashes))
const padme = (length: bigint): bigint => {
  const E = BigInt(length.toString(2).length - 1)
  const s = BigInt(E.toString(2).length)
  const step = 1n << (E > s ? E - s : 0n)
  return ((length + step - 1n) / step) * step
}

describe('from the specification alone', () => {
  it('§2: tokens', () => {
    const { valid } = read('tokens.json') as { valid: Fields[] }
    expect(valid).toHaveLength(3)
    for (const { kind, secret, ownerSeed, helpKey, shareId, text = '' } of valid) {
      const first = { link: '01', owner: '02', helper: '03' }[kind ?? '']
      const body = hex([first, ownerSeed, secret, helpKey, shareId].join(''))
      const token = Buffer.concat([body, sha256(body).subarray(0, 2)])
      expect(token.toString('base64url')).toBe(text)
    }
  })

  it('§3: genesis', () => {
    type Genesis = { bytes: string; shareId: string; genesis: Record<string, unknown> }
    const { valid } = read('genesis.json') as { valid: Genesis[] }
    for (const { bytes, shareId, genesis } of valid) {
      const raw = hex(bytes)
      expect(raw.length).toBe(180)
      expect(sha256('skerry/1 share\0', raw).toString('hex', 0, 20)).toBe(shareId)
      const flags = Number(genesis['kdfLogN'] !== undefined)
      const others =
        (genesis['peersForbidden'] === true ? 2 : 0) + (genesis['relayOnly'] === true ? 4 : 0)
      expect([...raw.subarray(0, 12)]).toEqual(
        [...Buffer.from('SKG1'), 1, flags + others, genesis['kdfLogN'] ?? 0, 18].concat([
          genesis['replicas'],
          genesis['jurisdictions'],
          0,
          0,
        ]),
      )
      expect(Number(raw.readBigUInt64BE(12))).toBe(genesis['createdAtMs'])
      const names = ['ownerPublicKey', 'salt', 'passSalt', 'keyCommit', 'readHash']
      expect(raw.toString('hex', 20, 164)).toBe(names.map((name) => genesis[name]).join(''))
      const denied = (genesis['denied'] as string[]).join('').padEnd(16, '\0')
      expect(raw.toString('latin1', 164)).toBe(denied)
    }
  })

  it('§4: key schedule', () => {
    const { valid } = read('keys.json') as { valid: (Fields & { kdfLogN?: number })[] }
    for (const vector of valid) {
      const [secret, g, id] = [hex(vector['secret']), hex(vector['g']), hex(vector['shareId'])]
      const helpKey = hkdf(secret, Buffer.alloc(32), 'skerry/1 help')
      const readToken = hkdf(hex(helpKey), g, 'skerry/1 read')
      const { password, kdfLogN = 0 } = vector
      const cost = { N: 2 ** kdfLogN, r: 8, p: 1, maxmem: 2 ** 29 }
      const K0 =
        password === undefined
          ? secret
          : Buffer.concat([
              secret,
              scryptSync(password.normalize('NFKC'), hex(vector['passSalt']), 32, cost),
            ])
      expect(vector).toMatchObject({
        helpKey,
        readToken,
        readHash: sha256('skerry/1 read-hash\0', hex(readToken)).toString('hex'),
        roomId: hkdf(hex(helpKey), id, 'skerry/1 room'),
        swarmKey: hkdf(hex(helpKey), id, 'skerry/1 swarm'),
        chunkKey: hkdf(K0, g, 'skerry/1 chunk'),
        nonceKey: hkdf(K0, g, 'skerry/1 nonce'),
        indexKey: hkdf(K0, g, 'skerry/1 index'),
        keyCommit: hkdf(K0, g, 'skerry/1 commit'),
      })
    }
  })

  it('§5.1: stream', () => {
    type File = { padme: { length: number; padded: number }[]; stream: Record<string, number>[] }
    const file = read('padme.json') as File
    for (const { length, padded } of file.padme) expect(padme(BigInt(length))).toBe(BigInt(padded))
    for (const { total = 0, ...layout } of file.stream) {
      const L = Number(padme(BigInt(Math.max(total, 4096))))
      const n = Math.ceil(L / 262_100)
      const lastChunkBytes = L - (n - 1) * 262_100
      expect(layout).toEqual({ streamBytes: L, chunkCount: n, lastChunkBytes })
    }
  })

  it('§5.2: sealed chunks', () => {
    type Pattern = { step: number; length: number }
    type Chunk = {
      [key: string]: unknown
      index: number
      isFinal: boolean
      plain: string | Pattern
    }
    const { valid } = read('chunk.json') as { valid: Chunk[] }
    for (const chunk of valid) {
      const { plain: shape } = chunk
      const plain =
        typeof shape === 'string'
          ? hex(shape)
          : Buffer.from(new Uint8Array(shape.length).map((_zero, j) => shape.step * j))
      const at = place(chunk.index, chunk.isFinal)
      const mac = createHmac('sha256', hex(String(chunk['nonceKey'])))
        .update(at)
        .update(plain)
      const aad = Buffer.concat([
        Buffer.from('skerry/1 chunk\0'),
        hex(String(chunk['shareId'])),
        at,
      ])
      const key = hex(String(chunk['chunkKey']))
      const sealed = seal(key, mac.digest().subarray(0, 12), aad, plain)
      expect(sha256(sealed).toString('hex')).toBe(chunk['hash'])
    }
  })

  it('§5.3: hash list', () => {
    type List = { chunkHashes: string[]; extentHashes: string[]; root: string }
    const { valid } = read('hash-list.json') as { valid: List[] }
    for (const list of valid) {
      const hashes = list.chunkHashes.map(hex)
      expect(extentHashes(hashes).map((hash) => hash.toString('hex'))).toEqual(list.extentHashes)
      expect(rootOf(hashes).toString('hex')).toBe(list.root)
    }
  })

  it('§6.1: checkpoints', () => {
    type Valid = { checkpoint: Record<string, unknown>; bytes: string }
    type File = { ownerPublicKey: string; valid: Valid[] }
    const { ownerPublicKey, valid } = read('checkpoint.json') as File
    for (const { checkpoint, bytes } of valid) {
      const raw = hex(bytes)
      expect(raw.length).toBe(196)
      expect(isSigned(raw.subarray(0, 132), raw.subarray(132), hex(ownerPublicKey))).toBe(true)
      expect({
        shareId: raw.toString('hex', 4, 24),
        seq: Number(raw.readBigUInt64BE(24)),
        state: ['open', 'sealed', 'deleted'][raw.readUInt8(32)],
        chunkCount: raw.readUInt32BE(36),
        lastChunkBytes: raw.readUInt32BE(40),
        expiresAtMs: Number(raw.readBigUInt64BE(44)),
        issuedAtMs: Number(raw.readBigUInt64BE(52)),
        indexBytes: raw.readUInt32BE(64),
        indexHash: raw.toString('hex', 68, 100),
        root: raw.toString('hex', 100, 132),
      }).toEqual(checkpoint)
    }
  })

  it('§7: index', () => {
    type Index = { entries: object[]; sealed: string }
    const file = read('index.json') as { valid: Index[] } & Fields
    const label = Buffer.from('skerry/1 index\0')
    for (const { entries, sealed } of file.valid) {
      const json = Buffer.from(JSON.stringify({ v: 1, entries }))
      const length = Number(padme(BigInt(Math.max(json.length, 4096))))
      const padded = Buffer.concat([json, Buffer.alloc(length - json.length, ' ')])
      const mac = createHmac('sha256', hex(file['nonceKey'])).update(label).update(padded)
      const aad = Buffer.concat([label, hex(file['shareId'])])
      const key = hex(file['indexKey'])
      const made = seal(key, mac.digest().subarray(0, 12), aad, padded)
      expect(made.toString('hex')).toBe(sealed)
      const open = createDecipheriv('aes-256-gcm', key, made.subarray(0, 12)).setAAD(aad)
      open.setAuthTag(made.subarray(-16))
      expect(Buffer.concat([open.update(made.subarray(12, -16)), open.final()])).toEqual(padded)
    }
  })

  it('§8: records', () => {
    type Valid = { kind: string; record: string; body: Record<string, unknown> }
    const { valid } = read('records.json') as { valid: Valid[] }
    expect(valid).toHaveLength(10)
    for (const [i, { record }] of valid.entries()) {
      const raw = hex(record)
      expect(raw.toString('latin1', 0, 4)).toBe('SKR1')
      expect([raw.readUInt8(4), raw.readUInt32BE(5)]).toEqual([i + 1, raw.length - 9 - 32 - 64])
      const signed = Buffer.concat([Buffer.from('skerry/1 record\0'), raw.subarray(0, -64)])
      expect(isSigned(signed, raw.subarray(-64), raw.subarray(-96, -64))).toBe(true)
    }
    const receipt = valid.find(({ kind }) => kind === 'receipt')
    const body = hex(receipt?.record).subarray(9, -96)
    expect({
      shareId: body.toString('hex', 0, 20),
      seq: Number(body.readBigUInt64BE(20)),
      n: body.readUInt32BE(28),
      root: body.toString('hex', 32, 64),
      indexHash: body.toString('hex', 64, 96),
      atMs: Number(body.readBigUInt64BE(96)),
      keepUntilMs: Number(body.readBigUInt64BE(104)),
      challenge: body.toString('hex', 112),
    }).toEqual(receipt?.body)
  })

  it('§10.5: what a member is called', () => {
    const { valid } = (read('signals.json') as { members: { valid: Fields[] } }).members
    for (const { secret = '', member } of valid) {
      const name = sha256('skerry/1 member\0', Buffer.from(secret, 'base64url')).subarray(0, 16)
      expect(name.toString('base64url')).toBe(member)
    }
  })
})
