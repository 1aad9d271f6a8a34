import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { free } from '../../../protocol/memory.ts'

/** Sealed chunks that follow each other, on their way out. */
export type UploadBody = Blob | readonly Bytes[]

const isBrowser = 'document' in globalThis || 'WorkerGlobalScope' in globalThis

/**
 * Takes the chunks over. A browser keeps them outside of the page as a Blob, which it also sends ten times faster than
 * bytes. Node's collector does not count what its Blobs hold and comes late: sending 2 GiB, the command grew by 168 to
 * 313 MiB, and by 158 with bytes.
 */
export function packChunks(chunks: readonly Bytes[]): UploadBody {
  if (!isBrowser) return chunks
  const blob = new Blob([...chunks])
  freeBody(chunks)
  return blob
}

/** Gives back what the page itself holds of it. */
export function freeBody(body: UploadBody): void {
  if (body instanceof Blob) return
  for (const chunk of body) free(chunk)
}

/** `count` chunks from the one at `offset` on. */
export function cutBody(body: UploadBody, offset: number, count: number): UploadBody {
  if (!(body instanceof Blob)) return body.slice(offset, offset + count)
  const [start, end] = [offset, offset + count].map((place) => place * SEALED_CHUNK_BYTES_MAX)
  return body.slice(start, end)
}

export function lengthOfBody(body: UploadBody): number {
  return body instanceof Blob ? body.size : body.reduce((sum, { length }) => sum + length, 0)
}

/** As `fetch` takes it. */
export function asRequestBody(body: UploadBody): Blob | Bytes {
  if (body instanceof Blob) return body
  return isBrowser ? new Blob([...body]) : concat(...body)
}
