import type { Genesis } from '../../../protocol/genesis.ts'

type GenesisFlags = Pick<Genesis, 'peersForbidden' | 'relayOnly'>

/**
 * Whom this machine speaks to besides seeds. direct: everyone with the link, who then sees its address. relayed:
 * the same over TURN servers only, so that nobody does.
 */
export type Privacy = 'seeds-only' | 'direct' | 'relayed'

const order: readonly Privacy[] = ['direct', 'relayed', 'seeds-only']

/** What the person chose, or what the sender fixed for everyone, whichever is stricter. */
export function strictest(chosen: Privacy, flags: GenesisFlags): Privacy {
  return stricter(chosen, fixedPrivacy(flags))
}

/** What the sender fixed: `direct` is nothing. */
export function fixedPrivacy({ peersForbidden, relayOnly }: GenesisFlags): Privacy {
  if (peersForbidden) return 'seeds-only'
  return relayOnly ? 'relayed' : 'direct'
}

export function stricter(a: Privacy, b: Privacy): Privacy {
  return order.indexOf(a) > order.indexOf(b) ? a : b
}
