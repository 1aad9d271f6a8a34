import { decodeUtf8, isEqual, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import {
  parseGrantAnswer,
  parseNetwork,
  type IceServer,
  type NetworkLimits,
} from '../../protocol/http/signal-json.ts'
import { readDirectory, type Directory } from '../../protocol/record/directory.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { ask, readBody, readJson } from './net/http.ts'

/** A network as this client knows it: whom it trusts for the directory, and the newest directory seen. */
export type Network = Readonly<{
  /** Origin of the signal server, such as `https://skerry.example`. */
  url: string
  key: Bytes
  directory: Directory
  /** Servers that help to connect to others, with leave that may end. */
  iceServers: readonly IceServer[]
  limits: NetworkLimits
  /** False when the signal server did not answer and the kept copy serves: good for reading. */
  isFresh: boolean
}>

/** What is kept of a network between runs: the key pinned at first use, and the newest answer. */
export type KeptNetwork = Readonly<{ key: Bytes; answer: string }>

/** Where a client keeps what it knows of networks. */
export interface NetworkStore {
  load(url: string): Promise<KeptNetwork | undefined>
  save(url: string, kept: KeptNetwork): Promise<void>
}

const NETWORK_TIMEOUT_MS = 5000
/** The longest directory in base64url, and the rest. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024

/**
 * Asks the signal server for the directory; the kept copy serves where it is down or behind.
 *
 * @param pinned - The key this network must have, where the person gave one.
 * @throws {TransferError} NETWORK_MISMATCH if it shows another key than the pinned one, NETWORK_UNREACHABLE if
 *   it cannot be reached, or answers with something else, and nothing was kept; what the store throws.
 */
export async function openNetwork(
  store: NetworkStore,
  url: string,
  pinned?: Bytes,
): Promise<Network> {
  const kept = await store.load(url)
  const key = pinned ?? kept?.key
  const { network, answer } = await askNetwork(url, key, kept && readKept(url, kept, key))
  // What keeps the store from taking it says nothing about the network, and is not taken for that.
  if (answer !== undefined) await store.save(url, { key: network.key, answer })
  return network
}

/** @returns What the server answered just now, or what is known from `before`, with nothing new to keep. */
async function askNetwork(
  url: string,
  key: Bytes | undefined,
  before: Network | undefined,
): Promise<Readonly<{ network: Network; answer?: string }>> {
  try {
    const answer = await fetchAnswer(url)
    const network = readAnswer(url, answer, { key, isFresh: true })
    // A directory's version never falls, whatever an old or dishonest server says.
    const isOlder = network.directory.version < (before?.directory.version ?? 0)
    return before !== undefined && isOlder ? { network: before } : { network, answer }
  } catch (cause) {
    if (!(cause instanceof TransferError) || cause.code === 'NETWORK_MISMATCH') throw cause
    // A server that is down, or that some other page stands in for, has nothing to say.
    if (before !== undefined) return { network: before }
    const what = cause.code === 'SEED_UNREACHABLE' ? 'cannot be reached' : 'gives no valid answer'
    const message = `The network at ${url} ${what}, and nothing is known of it here yet.`
    throw new TransferError('NETWORK_UNREACHABLE', message, { cause })
  }
}

/**
 * What is known of a network without asking anyone: good for reading at once.
 *
 * @returns undefined if nothing was kept. @throws {TransferError} NETWORK_MISMATCH
 */
export async function openKeptNetwork(
  store: NetworkStore,
  url: string,
  pinned?: Bytes,
): Promise<Network | undefined> {
  const kept = await store.load(url)
  return kept && readKept(url, kept, pinned ?? kept.key)
}

/** What was kept and cannot be read is as good as nothing, but for another key than the one to expect. */
function readKept(
  url: string,
  { answer }: KeptNetwork,
  key: Bytes | undefined,
): Network | undefined {
  try {
    return readAnswer(url, answer, { key, isFresh: false })
  } catch (cause) {
    if (cause instanceof TransferError && cause.code !== 'NETWORK_MISMATCH') return undefined
    throw cause
  }
}

/** Asks for leave to upload `maxChunks` chunks. @returns The signed grant record. */
export async function requestGrant(
  network: Network,
  share: { shareId: ShareId; maxChunks: number },
  accessToken: string | undefined,
): Promise<Bytes> {
  const authorization = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }
  const response = await ask(`${network.url}/v1/grants`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify(share),
  })
  return parseGrantAnswer(await readJson(response)).grant
}

async function fetchAnswer(url: string): Promise<string> {
  const response = await ask(`${url}/v1/network`, { timeoutMs: NETWORK_TIMEOUT_MS })
  return decodeText(await readBody(response, ANSWER_BYTES_MAX))
}

/** @throws {TransferError} ANSWER_INVALID, RECORD_INVALID, NETWORK_MISMATCH */
function readAnswer(
  url: string,
  answer: string,
  { key, isFresh }: { key: Bytes | undefined; isFresh: boolean },
): Network {
  const network = parseNetwork(parseText(answer))
  if (key !== undefined && !isEqual(network.key, key)) {
    const message = `The network at ${url} shows another key than before. It is not the network you knew.`
    throw new TransferError('NETWORK_MISMATCH', message)
  }
  const directory = readDirectory(network.directory, network.key)
  const { key: networkKey, iceServers, limits } = network
  return { url, key: networkKey, directory, iceServers, limits, isFresh }
}

function decodeText(bytes: Bytes): string {
  try {
    return decodeUtf8(bytes)
  } catch (cause) {
    throw notNetwork(cause)
  }
}

function parseText(answer: string): unknown {
  try {
    return JSON.parse(answer)
  } catch (cause) {
    throw notNetwork(cause)
  }
}

function notNetwork(cause: unknown): TransferError {
  return new TransferError('ANSWER_INVALID', 'What answers there is no Skerry network.', { cause })
}
