import { describe, expect, it } from 'vitest'
import { restorePlan } from '../../client/engine/send/share-plan.ts'
import { formatHex, type Bytes } from '../../protocol/bytes.ts'
import { assert } from '../../protocol/errors.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { MemoryFile, randomBytes } from '../client/memory-files.ts'
import { MemorySlot, SendNetwork } from '../client/send-network.ts'

const EXTENT = 16 * 262_100

/** Everything sealed that ever left the sender, by nonce. */
class Wire {
  readonly byNonce = new Map<string, Set<string>>()

  watch(network: SendNetwork): void {
    for (const { proxy } of network.seeds) {
      proxy.pass = async ({ line, url, init }) => {
        if (line.startsWith('PATCH') && init.body instanceof Uint8Array) this.#note(line, init.body)
        return fetch(url, init)
      }
    }
  }

  #note(line: string, body: Uint8Array): void {
    const start = Number(/bytes (\d+)-/.exec(line)?.[1])
    for (let at = 0; at < body.length; at += SEALED_CHUNK_BYTES_MAX) {
      const sealed = body.subarray(at, at + SEALED_CHUNK_BYTES_MAX)
      const nonce = formatHex(sealed.subarray(0, 12))
      // The place, and the tag: it stands for all of key, nonce, place and bytes.
      const what = `${start + at} ${formatHex(sealed.subarray(-16))}`
      this.byNonce.set(nonce, (this.byNonce.get(nonce) ?? new Set()).add(what))
    }
  }
}

async function sendTwice(first: Bytes, second: Bytes): Promise<{ wire: Wire; end: string }> {
  await using network = await SendNetwork.start(2)
  const wire = new Wire()
  wire.watch(network)
  const plan = await network.plan([new MemoryFile('a', first)])
  const slot = new MemorySlot()
  const session = network.send(plan, slot)
  network.onCall(() => {
    if (network.bodies >= 2) session.stop()
  })
  await session.done.catch(() => undefined)
  network.onCall(() => undefined)
  assert(slot.journal !== undefined, 'a journal')
  const { ownerSeed, secret, grant } = slot.journal
  const kept = { ...slot.journal, secrets: { ownerSeed, secret } }
  const again = await restorePlan(kept, [new MemoryFile('a', second)], undefined)
  const resumption = { mark: slot.marks.at(-1) ?? { seq: 0, chunkCount: 0 }, grant }
  await using rest = network.send(again, new MemorySlot(), { resumption })
  const end = await rest.done.then(
    () => 'stored',
    (cause: unknown) => (cause instanceof Error ? cause.message : 'failed'),
  )
  return { wire, end }
}

describe('A14: a share that is gone on with after a crash', () => {
  it('sends the same bytes wherever it sends again', async () => {
    const content = randomBytes(5 * EXTENT, 1)
    const { wire, end } = await sendTwice(content, content)
    expect(end).toBe('stored')
    for (const uses of wire.byNonce.values()) expect(uses.size).toBe(1)
    expect(wire.byNonce.size).toBe(5 * 16 + 1)
  })

  it('uses no nonce for other bytes, though the file changed and looks the same', async () => {
    const { wire, end } = await sendTwice(randomBytes(5 * EXTENT, 1), randomBytes(5 * EXTENT, 2))
    expect(end).not.toBe('')
    for (const uses of wire.byNonce.values()) expect(uses.size).toBe(1)
  })
})
