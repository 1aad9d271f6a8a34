import { ByteWriter } from '../../../protocol/byte-writer.ts'
import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { signRecord } from '../../../protocol/record/record.ts'
import { records, type RecordBody, type RecordKind } from '../../../protocol/record/table.ts'
import { flipped, patched } from '../../protocol/owner.ts'
import { forgeRecord } from '../../protocol/record/forge.ts'
import {
  networkSecret,
  recordKinds,
  sampleBodies,
  seedSecret,
} from '../../protocol/record/samples.ts'
import type { VectorFile } from '../vector-file.ts'

const signedByNetwork: ReadonlySet<RecordKind> = new Set<RecordKind>([
  'certificate',
  'directory',
  'invitation',
  'grant',
])

export function buildRecords(): VectorFile {
  return {
    valid: recordKinds.map((kind) => describeRecord(kind)),
    invalid: [...recordKinds.flatMap((kind) => spoil(kind)), ...spoilGrants()],
  }
}

function describeRecord(kind: RecordKind): object {
  const [body, secretKey] = [sampleBodies[kind], secretOf(kind)]
  return { kind, secretKey, body, record: signRecord(kind, body, secretKey) }
}

function secretOf(kind: RecordKind): Bytes {
  return signedByNetwork.has(kind) ? networkSecret : seedSecret
}

function bodyOf<Kind extends RecordKind>(kind: Kind, body: RecordBody<Kind>): Bytes {
  const writer = new ByteWriter()
  records[kind].encode(body, writer)
  return writer.finish()
}

function refuse(kind: RecordKind, what: string, record: Bytes): object {
  return { kind, what: `${kind}: ${what}`, record, code: 'RECORD_INVALID' }
}

function spoil(kind: RecordKind): object[] {
  const secretKey = secretOf(kind)
  const record = signRecord(kind, sampleBodies[kind], secretKey)
  const body = bodyOf(kind, sampleBodies[kind])
  const { id } = records[kind]
  const forge = (what: string, changes: object): object =>
    refuse(kind, `${what}, signed`, forgeRecord({ id, body, secretKey, ...changes }))
  return [
    refuse(kind, 'cut by one byte', record.slice(0, -1)),
    refuse(kind, 'one byte behind it', concat(record, Uint8Array.of(0))),
    refuse(kind, 'one bit of the body changed', flipped(record, 9 * 8)),
    refuse(kind, 'one bit of the signer changed', flipped(record, (record.length - 96) * 8)),
    refuse(kind, 'one bit of the signature changed', flipped(record, record.length * 8 - 9)),
    forge('another magic', { magic: 'SKR2' }),
    forge('an unknown kind', { id: 11 }),
    forge('a body shorter than its kind', { body: body.slice(0, -1) }),
    forge('a body longer than its kind', { body: concat(body, Uint8Array.of(0)) }),
  ]
}

/** What one kind is enough for. */
function spoilGrants(): object[] {
  const body = bodyOf('grant', sampleBodies.grant)
  const forge = (what: string, changes: object): object => {
    const forgery = { id: records.grant.id, body, secretKey: networkSecret, ...changes }
    return refuse('grant', `${what}, signed`, forgeRecord(forgery))
  }
  return [
    forge('another kind', { id: records.deletion.id }),
    forge('a length beyond the bytes', { bodyLength: body.length + 1 }),
    forge('a length above 2 MiB', { bodyLength: 2 ** 21 + 1 }),
    forge('no chunks', { body: patched(body, 20, [0, 0, 0, 0]) }),
    forge('more than 2^23 chunks', { body: patched(body, 20, [0, 0x80, 0, 1]) }),
    forge('a time above 2^53 - 1', { body: patched(body, 24, [0, 0x20]) }),
  ]
}
