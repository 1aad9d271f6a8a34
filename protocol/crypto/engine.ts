import { hmac as nobleHmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import type { Bytes } from '../bytes.ts'

/** The bulk primitives, on whole chunks. Small inputs are hashed by the pure functions directly. */
export interface CryptoEngine {
  sha256(bytes: Bytes): Promise<Bytes>
  hmacSha256(key: Bytes, bytes: Bytes): Promise<Bytes>
  /** AES-256-GCM: ciphertext ‖ tag 16. */
  gcmSeal(key: Bytes, nonce: Bytes, aad: Bytes, plain: Bytes): Promise<Bytes>
  /** @throws if key, nonce, aad or a single bit is not as sealed. */
  gcmOpen(key: Bytes, nonce: Bytes, aad: Bytes, sealed: Bytes): Promise<Bytes>
}

/** Keys as `crypto.subtle` has them, each imported once: thousands of chunks are sealed with the same. */
class ImportedKeys {
  readonly #algorithm: HmacImportParams | { name: string }
  readonly #uses: readonly KeyUsage[]
  readonly #imported = new WeakMap<Bytes, Promise<CryptoKey>>()

  constructor(algorithm: HmacImportParams | { name: string }, uses: readonly KeyUsage[]) {
    this.#algorithm = algorithm
    this.#uses = uses
  }

  /** @param key - Bytes that nobody changes. */
  get(key: Bytes): Promise<CryptoKey> {
    const before = this.#imported.get(key)
    if (before !== undefined) return before
    const importing = crypto.subtle.importKey('raw', key, this.#algorithm, false, this.#uses)
    this.#imported.set(key, importing)
    return importing
  }
}

const hmacKeys = new ImportedKeys({ name: 'HMAC', hash: 'SHA-256' }, ['sign'])
const gcmKeys = new ImportedKeys({ name: 'AES-GCM' }, ['encrypt', 'decrypt'])

/**
 * `crypto.subtle`, measured 40 times faster than JavaScript. Not through the library's wrappers, which copy what they
 * sign, and bring 1.7 kB (compressed) into each page that is opened, for ciphers that nobody asks for.
 */
export const webEngine: CryptoEngine = {
  sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
  hmacSha256: async (key, bytes) =>
    new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKeys.get(key), bytes)),
  gcmSeal: async (key, nonce, aad, plain) => {
    const cryptoKey = await gcmKeys.get(key)
    return new Uint8Array(await crypto.subtle.encrypt(gcmWith(nonce, aad), cryptoKey, plain))
  },
  gcmOpen: async (key, nonce, aad, sealed) => {
    const cryptoKey = await gcmKeys.get(key)
    return new Uint8Array(await crypto.subtle.decrypt(gcmWith(nonce, aad), cryptoKey, sealed))
  },
}

/** Plain JavaScript, for pages without `crypto.subtle` (an insecure origin). */
export const nobleEngine: CryptoEngine = {
  sha256: async (bytes) => nobleSha256(bytes),
  hmacSha256: async (key, bytes) => nobleHmac(nobleSha256, key, bytes),
  gcmSeal: async (key, nonce, aad, plain) => {
    const gcm = await loadGcm()
    return gcm(key, nonce, aad).encrypt(plain)
  },
  gcmOpen: async (key, nonce, aad, sealed) => {
    const gcm = await loadGcm()
    return gcm(key, nonce, aad).decrypt(sealed)
  },
}

/** Only where it is needed: hardly any page is without `crypto.subtle`, and each would load it. */
const loadGcm = async () => {
  const { gcm } = await import('@noble/ciphers/aes.js')
  return gcm
}

/** The one place that chooses. */
export const engine: CryptoEngine = {
  ...(globalThis.crypto?.subtle === undefined ? nobleEngine : webEngine),
}

/** For a platform that has faster primitives of its own: before anything is sealed or opened. */
export function useEngine(own: CryptoEngine): void {
  Object.assign(engine, own)
}

function gcmWith(iv: Bytes, additionalData: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData }
}
