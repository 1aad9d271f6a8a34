import { ask, readJson } from '../../client/engine/net/http.ts'
import type { Hello } from '../../protocol/custody/presence.ts'
import { TransferError } from '../../protocol/errors.ts'
import { parseSeedHealth } from '../../protocol/http/seed-json.ts'
import { PROBE_TIMEOUT_MS } from '../../protocol/limits.ts'

/** Asks a seed whether it is there. @returns undefined if it is not. */
export async function probe(
  url: string,
  signal: AbortSignal,
  nowMs: () => number,
): Promise<Hello | undefined> {
  const askedMs = nowMs()
  try {
    const response = await ask(`${url}/healthz`, { signal, timeoutMs: PROBE_TIMEOUT_MS })
    const { instance, nowMs: theirMs } = parseSeedHealth(await readJson(response))
    const skewMs = theirMs === undefined ? undefined : theirMs - (askedMs + nowMs()) / 2
    return { instance, skewMs }
  } catch (cause) {
    // Whatever answers otherwise is not that seed, or not now.
    if (signal.aborted || cause instanceof TransferError) return undefined
    throw cause
  }
}
