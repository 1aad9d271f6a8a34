import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { base64urlnopad } from '@scure/base'
import { concat, isEqual, type Bytes } from '../../../protocol/bytes.ts'
import {
  CHECKPOINT_BYTES,
  decodeCheckpoint,
  servableUntilMs,
} from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { formatFault } from '../../../protocol/http/fault-json.ts'
import { encodeOpenAnswer } from '../../protocol/http/encode-open-answer.ts'
import { formatGoneDetails } from '../../../protocol/http/seed-json.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { extentsOf } from '../../protocol/owner.ts'
import { hostSeed } from './host-seed.ts'
import type { TestShare, View } from './test-share.ts'

/** What a host may do wrong; all of it may change while it runs. */
export type Manners = {
  isDown: boolean
  /** Before each answer, ms. */
  answerMs: number
  /** Of chunks; Infinity for as fast as it can. */
  bytesPerMs: number
  /** What it holds; all, if undefined. */
  held: ChunkSet | undefined
  /** Changes what it says: `GET`, `POST /open`, `GET /data 0` with the chunk served. */
  edit: (call: string, body: Bytes) => Bytes
  /** Answers with a fault instead. */
  refuse: (call: string) => TransferError | undefined
  /** Falls silent in the middle of an answer, for good. */
  silentAfterChunks: number
}

/** A seed of one share for tests of readers: an HTTP server that is as honest as it is told to be. */
export class ShareHost implements AsyncDisposable {
  readonly seed: Seed
  readonly manners: Manners = {
    isDown: false,
    answerMs: 0,
    bytesPerMs: Infinity,
    held: undefined,
    edit: (_call, body) => body,
    refuse: () => undefined,
    silentAfterChunks: Infinity,
  }
  /** Every request, such as `GET /data 0-15`. */
  readonly log: string[] = []
  sentChunks = 0
  readonly #server: Server
  readonly #share: TestShare
  #view: View
  #changed = Promise.withResolvers<void>()

  private constructor(server: Server, seed: Seed, share: TestShare, view: View) {
    this.#server = server
    this.seed = seed
    this.#share = share
    this.#view = view
    server.on('request', (request, response) => {
      void this.#serve(request, response).catch(() => response.destroy())
    })
  }

  static async start(i: number, share: TestShare, view: View): Promise<ShareHost> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return new ShareHost(server, hostSeed(i, port), share, view)
  }

  show(view: View): void {
    this.#view = view
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }

  /** Breaks off whatever is under way. */
  drop(): void {
    this.#server.closeAllConnections()
  }

  calls(pattern: RegExp): string[] {
    return this.log.filter((line) => pattern.test(line))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { manners } = this
    const url = new URL(request.url ?? '/', 'http://host')
    const path = url.pathname.replace(`/v1/shares/${this.#share.owner.shareId}`, '')
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    const [first, last] = [Number(range?.[1]), Number(range?.[2])].map((byte) =>
      Math.floor(byte / SEALED_CHUNK_BYTES_MAX),
    )
    const call = `${request.method} ${path} ${range === null ? '' : `${first}-${last}`}`.trim()
    this.log.push(call)
    const body = await readAll(request)
    if (manners.answerMs > 0) await pause(manners.answerMs)
    if (manners.isDown) return void request.socket.destroy()
    try {
      this.#check(path, call, request.headers.authorization ?? '', body)
      if (path === '/data') {
        await this.#serveData(response, first ?? 0, last ?? 0)
        return
      }
      const answer = await this.#answer(path, url.searchParams)
      response.writeHead(answer === undefined ? 204 : 200)
      response.end(answer === undefined ? undefined : manners.edit(call, answer))
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      response.writeHead(cause.fault.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(formatFault(cause)))
    }
  }

  #check(path: string, call: string, authorization: string, body: string): void {
    const refused = this.manners.refuse(call)
    if (refused !== undefined) throw refused
    if (path.startsWith('/v1')) throw new TransferError('SHARE_MISSING', 'no such share')
    if (path === '') return
    const token = path === '/open' ? body : authorization.replace('Bearer ', '')
    if (!isEqual(base64urlnopad.decode(token), this.#share.readToken)) {
      throw new TransferError('TOKEN_WRONG', 'wrong token')
    }
    const { checkpoint } = this.#view
    const opened = decodeCheckpoint(checkpoint)
    const details = formatGoneDetails(checkpoint)
    if (opened.state === 'deleted') throw new TransferError('SHARE_DELETED', 'gone', { details })
    if (servableUntilMs(opened) < Date.now()) {
      throw new TransferError('SHARE_EXPIRED', 'gone', { details })
    }
  }

  async #answer(path: string, query: URLSearchParams): Promise<Bytes | undefined> {
    const { sealedIndex, owner } = this.#share
    const extents = extentsOf(this.#view.hashes)
    const { checkpoint } = this.#view
    switch (path) {
      case '':
        return owner.genesisBytes
      case '/open': {
        const isEmpty = extents.length === 0
        const shown = isEmpty ? new Uint8Array(0) : sealedIndex
        return encodeOpenAnswer({ checkpoint, sealedIndex: shown, extents })
      }
      case '/checkpoint':
        return this.#newer(Number(query.get('after')))
      case '/index':
        return sealedIndex
      case '/extents':
        return concat(...extents.map(({ hash }) => hash))
      case '/held':
        return this.#held(query.get('after'))
      default: {
        const extent = Number(/^\/extents\/(\d+)$/.exec(path)?.[1])
        return extents[extent]?.chunkHashes ?? missing('no extent')
      }
    }
  }

  async #newer(after: number): Promise<Bytes | undefined> {
    const deadline = pause(2000)
    for (;;) {
      const { checkpoint } = this.#view
      if (decodeCheckpoint(checkpoint).seq > after) return checkpoint.slice(0, CHECKPOINT_BYTES)
      const isLate = await Promise.race([this.#changed.promise, deadline.then(() => true)])
      if (isLate === true) return undefined
    }
  }

  async #held(after: string | null): Promise<Bytes> {
    for (let tries = 0; ; tries += 1) {
      const { chunkCount } = decodeCheckpoint(this.#view.checkpoint)
      const held = this.manners.held ?? ChunkSet.full(chunkCount)
      if (after === null || held.size > Number(after) || tries === 100) return held.bitmap()
      await pause(20)
    }
  }

  async #serveData(response: ServerResponse, first: number, last: number): Promise<void> {
    const { chunks } = this.#share
    const { chunkCount } = decodeCheckpoint(this.#view.checkpoint)
    let end = first
    while (end <= last && end < chunkCount && this.manners.held?.has(end) !== false) end += 1
    if (end === first) missing('a hole')
    const lengthBytes = chunks.slice(first, end).reduce((sum, { length }) => sum + length, 0)
    const start = first * SEALED_CHUNK_BYTES_MAX
    response.writeHead(206, {
      'content-length': lengthBytes,
      'content-range': `bytes ${start}-${start + lengthBytes - 1}/*`,
    })
    for (let i = first; i < end && !response.destroyed; i += 1) {
      if (this.sentChunks >= this.manners.silentAfterChunks) return
      this.sentChunks += 1
      await this.#write(response, this.manners.edit(`chunk ${i}`, chunks[i] ?? new Uint8Array(0)))
    }
    response.end()
  }

  async #write(response: ServerResponse, bytes: Bytes): Promise<void> {
    const { bytesPerMs } = this.manners
    if (bytesPerMs === Infinity) {
      const { promise, resolve } = Promise.withResolvers<void>()
      response.write(bytes, () => resolve())
      await promise
      return
    }
    const step = Math.max(1, bytesPerMs * 20)
    for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
      response.write(bytes.subarray(at, at + step))
      await pause(20)
    }
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

function missing(message: string): never {
  throw new TransferError('CHUNK_MISSING', message)
}
