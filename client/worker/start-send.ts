import { openNetwork, type Network } from '../engine/network.ts'
import { SendSession } from '../engine/send/send-session.ts'
import type { SharePlan } from '../engine/send/share-plan.ts'
import type { SwarmPorts } from '../engine/swarm/share-swarm.ts'
import type { AccessCode } from './access-code.ts'
import { browserNetworks } from './browser-store.ts'
import type { WorkerMessage } from './messages.ts'
import { randomBytes } from './page-platform.ts'
import { PageSend } from './page-send.ts'
import { askGrant } from './send-grants.ts'
import { BrowserJournal, type RunStart } from './send-store.ts'
import { SenderSwarm } from './sender-swarm.ts'

/** What every upload of this page shares. */
export type DeskPorts = Readonly<{
  origin: string
  code: AccessCode
  /** The way to others; undefined where this page has no WebRTC. */
  swarm: SwarmPorts | undefined
  /** As it is now; undefined until it is known. */
  network: () => Network | undefined
  tell: (message: WorkerMessage) => void
  changed: () => void
}>

/** What is sent, over which network, and from where on. */
export type Sending = Readonly<{ plan: SharePlan; network: Network; start: RunStart }>

/** Begins an upload, or goes on with one. */
export function startSend(
  { plan, network, start }: Sending,
  { origin, changed, swarm: swarmPorts, ...ports }: DeskPorts,
): Readonly<{ send: PageSend; session: SendSession }> {
  const current = (): Network => ports.network() ?? network
  const journal = new BrowserJournal(plan.shareId, start.handles, start.startedAtMs)
  const swarm = new SenderSwarm({ plan, ports: swarmPorts, network: current, changed })
  const session = new SendSession(
    {
      journal,
      ...(swarm.audience === undefined ? {} : { audience: swarm.audience }),
      requestGrant: async () => start.grant ?? askGrant(plan, network, ports.code),
      refreshNetwork: () => openNetwork(browserNetworks, origin, network.key),
      nowMs: Date.now,
      randomBytes,
      // A page that is open waits as long as the person does.
      patience: { startMs: Infinity, stalledMs: Infinity },
    },
    { plan, network, resumption: start.resumption },
  )
  const keepStored = (bytes: number): void => void (journal.storedBytes = bytes)
  const send = new PageSend({ plan, network: current, session, swarm, keepStored, changed })
  return { send, session }
}
