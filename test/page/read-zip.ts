import { createHash } from 'node:crypto'

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const FILE_HEADER_BYTES = 30

/**
 * The files of a zip whose entries are stored as they are, by name: SHA-256 of each. A folder has no hash.
 *
 * @throws {Error} If it is no such zip, or a length is wrong.
 */
export function readZip(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf(signatureBytes(END_SIGNATURE))
  const count = zip.readUInt16LE(end + 10)
  const files = new Map<string, string>()
  let at = zip.readUInt32LE(end + 16)
  for (let entry = 0; entry < count; entry += 1) {
    if (zip.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error(`no entry at ${at}`)
    const [method, bytes] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 24)]
    const [nameBytes, extraBytes] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30)]
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes)
    if (method !== 0) throw new Error(`${name} is compressed`)
    const start = dataStart(zip, zip.readUInt32LE(at + 42))
    const isFolder = name.endsWith('/')
    files.set(name, isFolder ? '' : hashOf(zip.subarray(start, start + bytes)))
    at += 46 + nameBytes + extraBytes + zip.readUInt16LE(at + 32)
  }
  return files
}

function dataStart(zip: Buffer, header: number): number {
  const nameBytes = zip.readUInt16LE(header + 26)
  return header + FILE_HEADER_BYTES + nameBytes + zip.readUInt16LE(header + 28)
}

function signatureBytes(signature: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(signature)
  return bytes
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
