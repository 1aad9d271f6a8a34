import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** What stands for every chunk with the published hash, and for every other. */
export const GOOD_SEALED = new Uint8Array(SEALED_CHUNK_BYTES_MAX)
const BAD_SEALED = new Uint8Array(SEALED_CHUNK_BYTES_MAX)

/** How a peer behaves that wants nothing. Each says that it has all. */
export type Conduct = Readonly<{
  name: string
  /** False: it is told as it goes on what it has. */
  hasAll?: boolean
  /** Of its line, if it is a special one: bytes a ms. */
  upPerMs?: number
  /** It never lets anybody ask, and says what it has all the same. */
  isClosed?: boolean
  /** It was asked for a chunk. */
  serve: (peer: SimulatedPeer, to: string, index: number) => void
}>

function give(peer: SimulatedPeer, to: string, index: number, isGood: boolean): void {
  const sealed = isGood ? GOOD_SEALED : BAD_SEALED
  peer.feed({ type: 'read', peer: to, index, sealed })
}

/** The sender's page: honest. */
export const sending: Conduct = {
  name: 'sending',
  hasAll: false,
  serve: (peer, to, index) => give(peer, to, index, true),
}

export const corrupt: Conduct = {
  name: 'corrupt',
  serve: (peer, to, index) => give(peer, to, index, false),
}

export const silent: Conduct = { name: 'silent', serve: () => undefined }

export const lying: Conduct = {
  name: 'lying',
  serve: (peer, to, index) => peer.feed({ type: 'unread', peer: to, index, reason: 'missing' }),
}

/** Right chunks at first, so that it is believed. */
export const teasing: Conduct = {
  name: 'teasing',
  serve: (peer, to, index) => give(peer, to, index, peer.givenChunks < 20),
}

export const dripping: Conduct = {
  name: 'dripping',
  upPerMs: 4,
  serve: (peer, to, index) => give(peer, to, index, true),
}

/** No harm is meant: its giving may just be switched off. */
export const closed: Conduct = { name: 'closed', isClosed: true, serve: () => undefined }

export const hostileConducts: readonly Conduct[] = [corrupt, silent, lying, teasing, dripping]
