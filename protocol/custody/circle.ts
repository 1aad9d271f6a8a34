import type { Seed } from '../record/directory.ts'
import type { SeedId } from '../seed-id.ts'
import type { CustodyView } from './custody-view.ts'
import type { ShareCustody } from './share-custody.ts'
import { isLive } from './share-facts.ts'

/** Whom one share concerns, now. */
export type Circle = Readonly<{
  /** The custodians where those that refuse, lie or stay silent are passed over. This seed may be one. */
  keepers: readonly Seed[]
  /** The custodians themselves, whatever they do at the moment: who is passed over is looked at all the same. */
  custodians: readonly Seed[]
  /** Every other seed that may know of the share: asked before anything is handed on. */
  members: readonly SeedId[]
  /** When the next silence will have lasted long enough for a stand-in. */
  standInDueMs: number
}>

export function circleOf(share: ShareCustody, view: CustodyView): Circle {
  const { neighbours, nowMs } = view
  const { policy } = share.facts
  const { ranked, custodians } = neighbours.ranksOf(share.id, policy)
  const silences = silencesOf(ranked, share, view)
  const late = silences.filter(({ overMs }) => overMs <= nowMs).map(({ id }) => id)
  const passedOver = [...share.refusing(nowMs), ...share.distrusted(nowMs), ...stuckOf(share, view)]
  const skip = new Set([...passedOver, ...late])
  const keepers = skip.size === 0 ? custodians : neighbours.standInsOf(share.id, policy, skip)
  const near = ranked.slice(0, 2 * policy.replicas * share.width)
  const members = new Set([
    ...keepers.map(({ id }) => id),
    ...custodians.map(({ id }) => id),
    ...near,
  ])
  members.delete(neighbours.self)
  const waiting = silences.filter(({ id, overMs }) => {
    return overMs > nowMs && keepers.some((keeper) => keeper.id === id)
  })
  return {
    keepers,
    custodians,
    members: [...members],
    standInDueMs: Math.min(Infinity, ...waiting.map(({ overMs }) => overMs)),
  }
}

/** Who does not answer, and from when on that counts. */
function silencesOf(
  ids: readonly SeedId[],
  { facts }: ShareCustody,
  { presence, timing, nowMs, neighbours }: CustodyView,
): { id: SeedId; overMs: number }[] {
  const isUploaded = isLive(facts, timing.liveMs, nowMs)
  const limitMs = isUploaded ? timing.liveSilentMs : timing.silentMs
  return ids.flatMap((id) => {
    const sinceMs = id === neighbours.self ? undefined : presence.silentSinceMs(id)
    return sinceMs === undefined ? [] : [{ id, overMs: sinceMs + limitMs }]
  })
}

/** Who took the share and for long has not got on with it: its disk may be full. */
function stuckOf({ reports, facts }: ShareCustody, { timing, nowMs }: CustodyView): SeedId[] {
  return [...reports].flatMap(([id, report]) => {
    const isBehind = report.type === 'holds' && report.heldCount < facts.heldCount
    return isBehind && nowMs - report.sinceMs >= timing.silentMs ? [id] : []
  })
}
