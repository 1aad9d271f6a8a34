import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { extentChunkCount, extentCountOf } from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS, HASH_READS_MAX } from '../../../protocol/limits.ts'
import type { SeedClient } from '../net/seed-client.ts'
import { PatientCaller } from '../send/patient-caller.ts'

export type ProbeOptions = Readonly<{
  chunkCount: number
  randomBytes: (count: number) => Bytes
  nowMs: () => number
  /** Told of every extent that was asked for. */
  onProbed: () => void
  signal: AbortSignal
}>

/**
 * Asks a seed for one random chunk of every extent, and for all of an extent that turns out to be damaged. A seed
 * hashes what it serves, so it finds out by itself about files that vanished or rotted, and no longer says that it
 * holds them.
 */
export async function probeExtents(client: SeedClient, options: ProbeOptions): Promise<void> {
  const { chunkCount, randomBytes, onProbed, signal } = options
  const caller = new PatientCaller(options, signal)
  const canServe = (index: number): Promise<boolean> => isServed(client, index, caller, signal)
  const queue = Array.from({ length: extentCountOf(chunkCount) }, (_, extent) => extent).values()
  const probes = Array.from({ length: HASH_READS_MAX }, async () => {
    for (const extent of queue) {
      const [first, count] = [extent * EXTENT_CHUNKS, extentChunkCount(extent, chunkCount)]
      const at = (randomBytes(1)[0] ?? 0) % count
      if (!(await canServe(first + at))) {
        for (let i = 0; i < count; i += 1) await canServe(first + i)
      }
      onProbed()
    }
  })
  await Promise.all(probes)
}

/** A seed that is only busy has not looked: it is asked again. */
async function isServed(
  client: SeedClient,
  index: number,
  caller: PatientCaller,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await caller.ask(async () => {
      for await (const chunk of client.getChunks({ first: index, count: 1 }, signal))
        return chunk.index === index
      return false
    })
  } catch (cause) {
    signal.throwIfAborted()
    // What it does not have is what it is to find out.
    if (cause instanceof TransferError) return false
    throw cause
  }
}
