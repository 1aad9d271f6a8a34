import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { delay } from '../delay.ts'
import { backoffMs, randomFraction } from './backoff.ts'
import type { Waiting } from './waiting.ts'

export type GrantPorts = Readonly<{
  giveUpMs: number
  nowMs: () => number
  randomBytes: (count: number) => Bytes
  /** Told why it takes a while. */
  say: (waiting: Waiting) => void
}>

/**
 * Asks for the network's leave until it comes: the signal server may be starting again.
 *
 * @throws {TransferError} What it answered last, once `giveUpMs` have passed or another try cannot help.
 */
export async function untilGranted(
  requestGrant: () => Promise<Bytes>,
  { giveUpMs, nowMs, randomBytes, say }: GrantPorts,
  signal: AbortSignal,
): Promise<Bytes> {
  const startMs = nowMs()
  for (let tries = 1; ; tries += 1) {
    try {
      return await requestGrant()
    } catch (cause) {
      const canRetry = cause instanceof TransferError && cause.fault.retry
      if (!canRetry || nowMs() - startMs > giveUpMs) throw cause
      const text = `Waiting for the network's leave to upload: ${cause.message}`
      say({ code: 'network', text })
      await delay(backoffMs(tries, randomFraction(randomBytes)), signal)
    }
  }
}
