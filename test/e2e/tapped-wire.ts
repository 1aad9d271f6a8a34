import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TAP = new URL('wire-tap.ts', import.meta.url).href
const HEAD_END = '\r\n\r\n'

/** What went through the servers of a network, as they are started with `env`. */
export class TappedWire implements AsyncDisposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<TappedWire> {
    return new TappedWire(await mkdtemp(join(tmpdir(), 'skerry-tap-')))
  }

  /** For every process that is listened to. */
  get env(): NodeJS.ProcessEnv {
    return { NODE_OPTIONS: `--import ${TAP}`, SKERRY_TEST_TAP: this.folder }
  }

  /**
   * All that came to the server of an address, or left it, one entry for each connection; the messages of
   * WebSockets are there without their mask.
   */
  async read(url: string, way: 'in' | 'out'): Promise<Buffer[]> {
    const names = await readdir(this.folder)
    const ours = names.filter(
      (name) => name.startsWith(`${new URL(url).port}-`) && name.endsWith(`.${way}`),
    )
    const whole = await Promise.all(ours.map((name) => readFile(join(this.folder, name))))
    return whole.map((bytes) => unmasked(bytes))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Takes the mask off a browser's frames (RFC 6455 §5.2): what they say is hidden from a search else. */
function unmasked(bytes: Buffer): Buffer {
  const headBytes = bytes.indexOf(HEAD_END) + HEAD_END.length
  const head = bytes.toString('latin1', 0, headBytes)
  if (!/^sec-websocket-key:/im.test(head)) return bytes
  const parts = [bytes.subarray(0, headBytes)]
  for (let at = headBytes; at + 2 <= bytes.length;) {
    const { start, end } = payloadOf(bytes, at)
    const mask = bytes.subarray(start - 4, start)
    parts.push(Buffer.from(bytes.subarray(start, end).map((byte, i) => byte ^ (mask[i % 4] ?? 0))))
    at = end
  }
  return Buffer.concat(parts)
}

/** Where the payload of a masked frame is. */
function payloadOf(bytes: Buffer, at: number): { start: number; end: number } {
  const short = bytes.readUInt8(at + 1) & 0x7f
  if (short < 126) return { start: at + 6, end: at + 6 + short }
  if (short === 126) return { start: at + 8, end: at + 8 + bytes.readUInt16BE(at + 2) }
  return { start: at + 14, end: at + 14 + bytes.readUIntBE(at + 4, 6) }
}
