import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import { GENESIS_BYTES, shareIdOf } from '../../../protocol/genesis.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { canReach } from './can-reach.ts'
import { ask, readBody, UnansweredError, type Ask } from './http.ts'

/** So long an address may be silent where there are others. */
const SILENT_MS = 5000

/** Whoever says so is not the seed, or a proxy without the seed behind it. */
const strange: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'GENESIS_INVALID',
  'REQUEST_INVALID',
  'SEED_UNREACHABLE',
])

/**
 * Where one seed is asked about one share. Of several addresses it keeps to the first that answers as the seed,
 * until that one cannot be reached any more.
 */
export class SeedAddresses {
  readonly #shareId: ShareId
  /** The one to keep to, or to try next, is the first. */
  #urls: readonly string[]
  #isFound: boolean
  /** Those that have shown the genesis: from then on, only who shows it is taken for that seed. */
  readonly #proven = new Set<string>()

  /** @param urls - Best first. Those that cannot be asked from here are left out. */
  constructor(urls: readonly string[], shareId: ShareId) {
    this.#urls = urls.filter((url) => canReach(url))
    this.#isFound = this.#urls.length === 1
    this.#shareId = shareId
  }

  /**
   * Asks at each address until one answers as the seed.
   *
   * @throws {TransferError} What the seed says, or what happened at its best address; GENESIS_INVALID if what
   *   came is not the genesis of this share.
   */
  async getGenesis(signal?: AbortSignal): Promise<Bytes> {
    const faults: TransferError[] = []
    for (const url of this.#urls) {
      try {
        const genesis = await this.#genesisAt(url, signal)
        this.#proven.add(url)
        this.#keepTo(url)
        return genesis
      } catch (cause) {
        signal?.throwIfAborted()
        if (!(cause instanceof TransferError)) throw cause
        faults.push(cause)
        if (!isOfSeed(cause) || !this.#mayBeSeed(url)) continue
        this.#keepTo(url)
        throw cause
      }
    }
    throw faults[0] ?? noAddress()
  }

  /** Asks for what `path` names below the share. @throws {TransferError} As `ask` does. */
  async ask(path: string, options: Ask): Promise<Response> {
    if (!this.#isFound) await this.#find(options.signal)
    const [url = ''] = this.#urls
    try {
      return await ask(this.#addressOf(url, path), options)
    } catch (cause) {
      if (cause instanceof UnansweredError) this.#leave(url)
      throw cause
    }
  }

  async #find(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.getGenesis(signal)
    } catch (cause) {
      // A seed that is yet to be told of the share is found as well.
      if (!this.#isFound) throw cause
    }
  }

  async #genesisAt(url: string, signal: AbortSignal | undefined): Promise<Bytes> {
    const patience = this.#urls.length > 1 ? { timeoutMs: SILENT_MS } : {}
    const response = await ask(this.#addressOf(url, ''), { signal, ...patience })
    const genesis = await readBody(response, GENESIS_BYTES)
    if (shareIdOf(genesis) === this.#shareId) return genesis
    throw new TransferError('GENESIS_INVALID', 'A seed answered with the genesis of another share.')
  }

  /** A seed may lose a share, or not know it yet. */
  #mayBeSeed(url: string): boolean {
    return this.#proven.size === 0 || this.#proven.has(url)
  }

  #keepTo(url: string): void {
    this.#urls = [url, ...this.#urls.filter((other) => other !== url)]
    this.#isFound = true
  }

  /** Others may have left it, and found a better one, meanwhile. */
  #leave(url: string): void {
    if (this.#urls.length === 1 || this.#urls[0] !== url) return
    this.#urls = [...this.#urls.slice(1), url]
    this.#isFound = false
  }

  #addressOf(url: string, path: string): string {
    return `${url}/v1/shares/${this.#shareId}${path}`
  }
}

/** Other programs answer too: with pages, or with their own kind of JSON. */
function isOfSeed({ code, details }: TransferError): boolean {
  return !strange.has(code) && details['status'] === undefined
}

function noAddress(): TransferError {
  const message = 'This seed has no address that can be asked from here.'
  return new TransferError('SEED_UNREACHABLE', message)
}
