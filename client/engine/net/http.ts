import { decodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { parseFault } from '../../../protocol/http/fault-json.ts'
import { JSON_ANSWER_BYTES_MAX } from '../../../protocol/limits.ts'

/** How a node is asked. Everything that may take long can be stopped from outside. */
export type Ask = Readonly<{
  method?: 'GET' | 'PUT' | 'POST' | 'PATCH'
  headers?: Readonly<Record<string, string>>
  body?: Blob | Bytes | string
  /** Until the answer's head is there. */
  timeoutMs?: number
  signal?: AbortSignal | undefined
}>

const TIMEOUT_MS = 15_000

/** SEED_UNREACHABLE, and not because something said so: nothing at that address answered at all. */
export class UnansweredError extends TransferError {
  constructor(message: string, options?: ErrorOptions) {
    super('SEED_UNREACHABLE', message, options)
  }
}

/**
 * Asks and returns the answer if it is a good one.
 *
 * @throws {TransferError} What the node answered; an UnansweredError if it did not.
 */
export async function ask(url: string, options: Ask = {}): Promise<Response> {
  const timer = new AbortController()
  const timeout = setTimeout(() => {
    timer.abort(new UnansweredError(`${hostOf(url)} does not answer.`))
  }, options.timeoutMs ?? TIMEOUT_MS)
  try {
    const response = await fetch(url, requestOf(options, timer.signal))
    if (response.ok) return response
    const body: unknown = await readJson(response).catch(() => undefined)
    throw parseFault(body, response.status)
  } catch (cause) {
    options.signal?.throwIfAborted()
    if (cause instanceof TransferError) throw cause
    throw new UnansweredError(`${hostOf(url)} cannot be reached.`, { cause })
  } finally {
    clearTimeout(timeout)
  }
}

/** Reads a whole body of at most `bytesMax` bytes. @throws {TransferError} REQUEST_INVALID above it. */
export async function readBody(response: Response, bytesMax: number): Promise<Bytes> {
  const length = Number(response.headers.get('content-length') ?? 0)
  if (length > bytesMax) throw tooLong()
  const parts: Uint8Array[] = []
  let total = 0
  for await (const part of readParts(response)) {
    total += part.length
    if (total > bytesMax) throw tooLong()
    parts.push(part)
  }
  const body = new Uint8Array(total)
  let offset = 0
  for (const part of parts) {
    body.set(part, offset)
    offset += part.length
  }
  return body
}

/** Reads a short JSON answer. @throws {TransferError} ANSWER_INVALID if it is none; REQUEST_INVALID if it is long. */
export async function readJson(response: Response): Promise<unknown> {
  const body = await readBody(response, JSON_ANSWER_BYTES_MAX)
  try {
    return JSON.parse(decodeUtf8(body))
  } catch (cause) {
    throw new TransferError('ANSWER_INVALID', 'The answer is no JSON.', { cause })
  }
}

const IDLE_MS = 20_000

/** Reads a body as it comes. @throws {TransferError} SEED_UNREACHABLE if it breaks off or falls silent. */
async function* readParts(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await withIdleLimit(reader.read(), response.url)
      if (done) return
      yield value
    }
  } finally {
    // Frees the connection when the consumer stops early; there is nobody to tell if that fails.
    await reader.cancel().catch(() => undefined)
  }
}

function requestOf(options: Ask, timer: AbortSignal): RequestInit {
  const { method = 'GET', headers = {}, body, signal } = options
  return {
    method,
    headers,
    signal: signal === undefined ? timer : AbortSignal.any([signal, timer]),
    ...(body === undefined ? {} : { body }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  }
}

/** @throws {TransferError} SEED_UNREACHABLE if the read breaks off, or takes too long. */
export async function withIdleLimit<T>(read: Promise<T>, url: string): Promise<T> {
  let timeout: ReturnType<typeof setTimeout> | undefined
  const idle = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => {
      reject(new TransferError('SEED_UNREACHABLE', `${hostOf(url)} fell silent.`))
    }, IDLE_MS)
  })
  try {
    return await Promise.race([read, idle])
  } catch (cause) {
    if (cause instanceof TransferError) throw cause
    throw new TransferError('SEED_UNREACHABLE', `${hostOf(url)} broke off.`, { cause })
  } finally {
    clearTimeout(timeout)
  }
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'The server'
}

function tooLong(): TransferError {
  return new TransferError('REQUEST_INVALID', 'The answer is longer than it may be.')
}
