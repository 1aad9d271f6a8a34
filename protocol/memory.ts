/** What is transferred to it is nobody's any more. */
let nowhere = closedPort()

/** What is shorter is the collector's: giving it back costs more. */
const FREED_BYTES_MIN = 16 * 1024
/** Only what chunks take is worth keeping. */
const KEPT_BYTES_MIN = 64 * 1024
/** Of all lengths together, in each thread: an extent of chunks. Twice as much made pages grow by 7 MiB more. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024
/** A chunk has three on its way through; hash lists and last chunks bring odd ones. */
const LENGTHS_MAX = 16

/** So much new memory brings the collector of Chromium. */
const WAKE_BYTES = 64 * 1024 * 1024
let isChromium = false
let passedBytes = 0

/** Memory that was given back, by its length, the one last taken at the end: only lengths that somebody here takes. */
const kept = new Map<number, ArrayBuffer[]>()
let keptBytes = 0

/**
 * Memory to be written at once from end to end: what lies in it now is anything that passed through this thread.
 *
 * Chunks take what the ones before them gave back. Each page of new memory costs a fault, and the collector comes
 * late: a save of 512 MiB in Chromium touched 1.1 GB of new memory in its worker.
 */
export function takeMemory(length: number): Uint8Array<ArrayBuffer> {
  if (length < KEPT_BYTES_MIN) return new Uint8Array(length)
  const ofLength = kept.get(length) ?? []
  kept.delete(length)
  kept.set(length, ofLength)
  for (const [oldest] of kept) if (kept.size > LENGTHS_MAX) forget(oldest)
  const buffer = ofLength.pop()
  if (buffer === undefined) return new Uint8Array(length)
  keptBytes -= length
  return new Uint8Array(buffer)
}

/**
 * Gives memory back at once, instead of when the collector comes by: gigabytes pass through a transfer. The bytes
 * must be nobody else's, and nobody's from now on: those of a chunk are empty.
 */
export function free({ buffer, byteLength }: Uint8Array): void {
  // Given on to somebody else already, or too little to hurry.
  if (byteLength < FREED_BYTES_MIN) return
  // Part of a larger buffer is not ours to give, nor what threads share.
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return
  const ofLength = kept.get(byteLength)
  if (ofLength === undefined || !makeRoom(byteLength)) return release(buffer)
  keptBytes += byteLength
  // Not `buffer.transfer()`, which was seen to touch new memory, as if it copied.
  ofLength.push(structuredClone(buffer, { transfer: [buffer] }))
}

/** Lets go of lengths that were taken longer ago. @returns Whether one more of this length may be kept. */
function makeRoom(length: number): boolean {
  for (const [other] of kept) {
    if (keptBytes + length <= KEPT_BYTES_MAX || other === length) break
    forget(other)
  }
  return keptBytes + length <= KEPT_BYTES_MAX
}

function forget(length: number): void {
  const buffers = kept.get(length) ?? []
  kept.delete(length)
  keptBytes -= length * buffers.length
  for (const buffer of buffers) release(buffer)
}

/**
 * For a thread of Chromium, once: there a port that is closed itself keeps what is posted to it until the collector
 * comes, and one whose other end is closed frees it at once. Of 2,000 sealed chunks of 256 KiB, the page kept up to
 * 190 MiB at a time with the former, 259 if nothing was given back, and 19 with the latter. Not in Safari: before its
 * change 304642, what is posted so lay in another process for good.
 */
export function freeAsInChromium(): void {
  const { port1, port2 } = new MessageChannel()
  port2.close()
  nowhere = port1
  isChromium = true
}

/**
 * `ArrayBuffer.transfer` is not enough. In Chromium, bytes that the browser made (fetched, decrypted, received)
 * have an owner besides the script, and the collector, which no longer counts them, comes even later.
 */
function release(buffer: ArrayBuffer): void {
  const { byteLength } = buffer
  nowhere.postMessage(undefined, [buffer])
  if (isChromium) wakeCollector(byteLength)
}

/**
 * What is given back at once is no reason for the collector to come, but each chunk leaves 25 KB of small things in
 * Chromium: promises, messages, requests. New memory is one, and as long as nobody touches it, it is none.
 */
function wakeCollector(byteLength: number): void {
  passedBytes += byteLength
  if (passedBytes < WAKE_BYTES) return
  passedBytes = 0
  try {
    nowhere.postMessage(undefined, [new ArrayBuffer(WAKE_BYTES)])
  } catch {
    // No room for it in what the browser may address: the collector comes when it likes.
  }
}

function closedPort(): MessagePort {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}
