import { ByteWriter } from '../../../protocol/byte-writer.ts'
import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { signRecord } from '../../../protocol/record/record.ts'
import { records, type RecordBody, type RecordKind } from '../../../protocol/record/table.ts'
import { flipped } from '../../protocol/owner.ts'
import { forgeRecord } from '../../protocol/record/forge.ts'
import { recordKinds, sampleBodies, seedKey, seedSecret } from '../../protocol/record/samples.ts'
import type { VectorFile } from '../vector-file.ts'

export function buildRecords(): VectorFile {
  return {
    secretKey: seedSecret,
    signer: seedKey,
    valid: recordKinds.map((kind) => describeRecord(kind)),
    invalid: recordKinds.flatMap((kind) => spoil(kind)),
  }
}

function describeRecord(kind: RecordKind): object {
  const body = sampleBodies[kind]
  return { kind, id: records[kind].id, body, bytes: signRecord(kind, body, seedSecret) }
}

function bodyOf<Kind extends RecordKind>(kind: Kind, body: RecordBody<Kind>): Bytes {
  const writer = new ByteWriter()
  records[kind].encode(body, writer)
  return writer.finish()
}

function spoil(kind: RecordKind): object[] {
  const bytes = signRecord(kind, sampleBodies[kind], seedSecret)
  const [body, { id }] = [bodyOf(kind, sampleBodies[kind]), records[kind]]
  const forge = (changes: object): Bytes =>
    forgeRecord({ id, body, secretKey: seedSecret, ...changes })
  const refuse = (name: string, changed: Bytes): object => {
    return { kind, name, bytes: changed, code: 'RECORD_INVALID' }
  }
  return [
    refuse('one byte short', bytes.slice(0, -1)),
    refuse('one byte long', concat(bytes, Uint8Array.of(0))),
    refuse('bit of the body', flipped(bytes, 9 * 8)),
    refuse('bit of the signer', flipped(bytes, (bytes.length - 96) * 8)),
    refuse('bit of the signature', flipped(bytes, bytes.length * 8 - 9)),
    refuse('another magic, signed', forge({ magic: 'SKR2' })),
    refuse('an unknown kind, signed', forge({ id: 11 })),
    refuse('a body one byte short, signed', forge({ body: body.slice(0, -1) })),
    refuse('a body one byte long, signed', forge({ body: concat(body, Uint8Array.of(0)) })),
    refuse('a length over the limit, signed', forge({ bodyLength: 2 ** 31 })),
  ]
}
