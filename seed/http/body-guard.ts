import type { IncomingMessage } from 'node:http'

const WINDOW_MS = 10_000

export type BodyGuardOptions = Readonly<{
  /** Within which any body may come as slowly as it likes. */
  graceMs: number
  bytesPerSecondMin: number
  windowMs?: number
}>

/**
 * Cuts the connection of a body that comes too slowly to be honest. What waits for us, because the disk is slow,
 * is not held against the sender.
 */
export function guardBody(request: IncomingMessage, options: BodyGuardOptions): void {
  const { graceMs, bytesPerSecondMin, windowMs = WINDOW_MS } = options
  const { socket } = request
  const startMs = performance.now()
  let seenBytes = socket.bytesRead
  const timer = setInterval(() => {
    if (request.complete || socket.destroyed) {
      clearInterval(timer)
      return
    }
    const cameBytes = socket.bytesRead - seenBytes
    seenBytes = socket.bytesRead
    const isOurs = request.readableLength >= request.readableHighWaterMark
    const isSlow = cameBytes < (bytesPerSecondMin * windowMs) / 1000
    if (!isSlow || isOurs || performance.now() - startMs < graceMs) return
    clearInterval(timer)
    socket.destroy()
  }, windowMs)
  timer.unref()
  const stop = (): void => {
    clearInterval(timer)
  }
  request.once('end', stop).once('close', stop)
}
