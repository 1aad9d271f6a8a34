/** Closed: what is transferred to it is nobody's any more. */
const nowhere = closedPort()

/**
 * Gives memory back at once, instead of when the collector comes by: gigabytes pass through a transfer. The bytes
 * must be nobody else's; they are empty from now on.
 *
 * `ArrayBuffer.transfer` is not enough. In Chromium, bytes that the browser made (fetched, decrypted, received)
 * have an owner besides the script, and the collector, which no longer counts them, comes even later.
 */
export function free({ buffer, byteLength }: Uint8Array): void {
  // Given on to somebody else already.
  if (byteLength === 0) return
  // Part of a larger buffer is not ours to give, nor what threads share.
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return
  nowhere.postMessage(undefined, [buffer])
}

function closedPort(): MessagePort {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}
