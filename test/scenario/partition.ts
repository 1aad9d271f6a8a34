import { equal, ok } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { decodeCheckpoint } from '../../protocol/checkpoint.ts'
import type { RunningSeed, TestNetwork } from '../e2e/network.ts'
import { nameOf, type PreloadRules } from '../e2e/preload-rules.ts'
import { readStatus } from './custody-status.ts'
import { endOf } from './endings.ts'
import { assertDone, assertStored, linkOf, send } from './round-trip.ts'
import { heldAt, readerAt, until } from './seed-watch.ts'

/** A network whose processes go by the rules. */
export type CutNetwork = Readonly<{ network: TestNetwork; rules: PreloadRules }>

/** Long enough for a share of a few MiB to be stored, were nothing in the way. */
const WAIT_MS = 5000

/**
 * F11: the sender reaches one seed only, and the seeds do not reach each other: the share is not stored. As soon as
 * they do, it is, though the sender never reaches the other one: it fills itself, and its word is passed on.
 */
export async function sendWhileCutOff(
  { network, rules }: CutNetwork,
  folder: string,
): Promise<void> {
  const [near, far] = [network.seed(0), network.seed(1)]
  const fromSender = ['client', far.url] as const
  await rules.set({ cut: [fromSender, ...between(near, far)] })
  await using sending = network.start(['send', network.path(folder)])
  const link = await linkOf(sending)
  await until(async () => (await heldAt(near, link)) > 0)
  await pause(WAIT_MS)
  equal(
    sending.said.some(({ event }) => event === 'stored'),
    false,
    'stored on one seed',
  )
  await sending.until(({ note }) => String(note).includes(far.operator))
  await rules.set({ cut: [fromSender] })
  const { seeds } = assertStored(await sending.finish())
  equal(Array.isArray(seeds) && seeds.length, 2)
  equal(await heldAt(far, link), await heldAt(near, link))
  await rules.set({})
}

/**
 * F10: while the seeds do not reach each other, and the owner reaches one of them, one share is extended and one
 * deleted. Afterwards the other seed takes over both, without anyone asking.
 */
export async function changeWhilePartitioned(
  { network, rules }: CutNetwork,
  folder: string,
): Promise<void> {
  const [near, far] = [network.seed(0), network.seed(1)]
  const extended = await send(network, folder)
  const deleted = await send(network, folder)
  await rules.set({ cut: [['client', far.url], ...between(near, far)] })
  await own(network, ['extend', '--expires', '30d'], extended.owner)
  await own(network, ['delete'], deleted.owner)
  const newest = await seqAt(near, extended.link)
  ok((await seqAt(far, extended.link)) < newest, 'the other seed has heard of nothing')
  equal(await endOf(far, deleted.link), undefined)
  await rules.set({})
  await until(async () => (await seqAt(far, extended.link)) === newest)
  await until(async () => (await endOf(far, deleted.link)) === 'SHARE_DELETED')
  equal(await endOf(near, deleted.link), 'SHARE_DELETED')
  const { share } = await readStatus(network, extended.link)
  equal(share.isPolicyMet, true)
}

function between(a: RunningSeed, b: RunningSeed): (readonly [string, string])[] {
  return [
    [nameOf(a), b.url],
    [nameOf(b), a.url],
  ]
}

async function own(network: TestNetwork, command: string[], owner: string): Promise<void> {
  const file = network.path('owner.token')
  await writeFile(file, owner)
  assertDone(await network.run([...command, '--token-file', file]))
}

async function seqAt(seed: RunningSeed, link: string): Promise<number> {
  const bytes = await (await readerAt(seed, link)).getCheckpoint()
  return bytes === undefined ? 0 : decodeCheckpoint(bytes).seq
}
