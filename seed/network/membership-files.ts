import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { KeptNetwork, NetworkStore } from '../../client/engine/network.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { PUBLIC_KEY_BYTES } from '../../protocol/crypto/ed25519.ts'
import { TransferError } from '../../protocol/errors.ts'
import { bytesSchema, formatBytes, recordSchema } from '../../protocol/http/json.ts'
import { replaceFile } from '../durable-file.ts'
import { codeOf } from '../store/disk-guard.ts'

/** A seed's place in a network. */
export type Membership = Readonly<{
  /** Base URL of the signal server. */
  url: string
  networkKey: Bytes
  /** A certificate record. */
  certificate: Bytes
}>

const keySchema = bytesSchema(PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES)
const membershipSchema = v.object({
  url: v.string(),
  networkKey: keySchema,
  certificate: recordSchema(),
})
const networkSchema = v.object({ key: keySchema, answer: v.string() })

/** The files beside the seed's key, outside its data folder: an emptied seed comes back as itself. */
export class MembershipFiles implements NetworkStore {
  readonly #dir: string
  #savedAnswer: string | undefined

  constructor(dir: string) {
    this.#dir = dir
  }

  /** @throws {TransferError} FILE_UNREADABLE if there is one and it cannot be understood. */
  async readMembership(): Promise<Membership | undefined> {
    const path = this.#path('membership.json')
    try {
      return v.parse(membershipSchema, JSON.parse(await readFile(path, 'utf8')))
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return undefined
      const message = `The membership of this seed in ${path} cannot be read. Put it back from a copy.`
      throw new TransferError('FILE_UNREADABLE', message, { cause })
    }
  }

  async writeMembership({ url, networkKey, certificate }: Membership): Promise<void> {
    await this.#write('membership.json', {
      url,
      networkKey: formatBytes(networkKey),
      certificate: formatBytes(certificate),
    })
  }

  async load(): Promise<KeptNetwork | undefined> {
    try {
      const json: unknown = JSON.parse(await readFile(this.#path('network.json'), 'utf8'))
      return v.parse(networkSchema, json)
    } catch {
      // A cache: without it, the signal server is asked.
      return undefined
    }
  }

  async save(_url: string, { key, answer }: KeptNetwork): Promise<void> {
    // Asked for every minute, and rarely another one.
    if (answer === this.#savedAnswer) return
    await this.#write('network.json', { key: formatBytes(key), answer })
    this.#savedAnswer = answer
  }

  async #write(name: string, json: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    await replaceFile(this.#path(name), JSON.stringify(json))
  }

  #path(name: string): string {
    return join(this.#dir, name)
  }
}
