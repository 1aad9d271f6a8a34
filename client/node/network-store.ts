import { sha256 } from '@noble/hashes/sha2.js'
import { base64urlnopad } from '@scure/base'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { encodeUtf8, formatHex, type Bytes } from '../../protocol/bytes.ts'
import type { KeptNetwork, NetworkStore } from '../engine/network.ts'
import { isSystemError, replaceFile } from './durable-file.ts'
import { stateFault } from './state-dir.ts'

const keptSchema = v.object({ url: v.string(), key: v.string(), answer: v.string() })

/** What is known of networks, one file each: with the signal server down, any earlier answer serves reading. */
export class FileNetworks implements NetworkStore {
  readonly #dir: string

  /** @param dir - An existing folder. */
  constructor(dir: string) {
    this.#dir = dir
  }

  async load(url: string): Promise<KeptNetwork | undefined> {
    try {
      return parseKept(await readFile(this.#pathOf(url), 'utf8'), url)
    } catch (cause) {
      if (isSystemError(cause, 'ENOENT')) return undefined
      throw stateFault(cause)
    }
  }

  async save(url: string, { key, answer }: KeptNetwork): Promise<void> {
    const kept = { url, key: base64urlnopad.encode(key), answer }
    await keep(this.#pathOf(url), JSON.stringify(kept))
  }

  #pathOf(url: string): string {
    // URLs hold letters that file names may not.
    const name = formatHex(sha256(encodeUtf8(url)).slice(0, 16))
    return join(this.#dir, `${name}.json`)
  }
}

/** What cannot be read is as good as unknown, and the network is asked. */
function parseKept(text: string, url: string): KeptNetwork | undefined {
  try {
    const kept = v.parse(keptSchema, JSON.parse(text))
    if (kept.url !== url) return undefined
    return { key: base64urlnopad.decode(kept.key) as Bytes, answer: kept.answer }
  } catch {
    return undefined
  }
}

async function keep(path: string, text: string): Promise<void> {
  await replaceFile(path, text).catch((cause: unknown) => {
    throw stateFault(cause)
  })
}
