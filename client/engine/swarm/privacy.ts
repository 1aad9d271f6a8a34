import type { Genesis } from '../../../protocol/genesis.ts'

/**
 * Whom this machine speaks to besides seeds. direct: everyone with the link, who then sees its address. relayed:
 * the same over TURN servers only, so that nobody does.
 */
export type Privacy = 'seeds-only' | 'direct' | 'relayed'

const order: readonly Privacy[] = ['direct', 'relayed', 'seeds-only']

/** What the person chose, or what the sender fixed for everyone, whichever is stricter. */
export function strictest(
  chosen: Privacy,
  { peersForbidden, relayOnly }: Pick<Genesis, 'peersForbidden' | 'relayOnly'>,
): Privacy {
  const fixed = relayOnly ? 'relayed' : 'direct'
  const rank = Math.max(order.indexOf(chosen), order.indexOf(peersForbidden ? 'seeds-only' : fixed))
  return order[rank] ?? 'seeds-only'
}
