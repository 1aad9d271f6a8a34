import type { SwarmFacts } from '../../../client/worker/swarm-words.ts'
import type {
  ReceiveSnapshot,
  SaveSnapshot,
  SendSnapshot,
} from '../../../client/worker/snapshot.ts'
import type { GalleryState } from './gallery-state.ts'
import { app, custody, entry, frontier, GB, MB, receive, save, send, swarm } from './samples.ts'

const single = {
  title: 'harbour at dawn.mov',
  entries: [entry('harbour at dawn.mov', 1.42 * GB)],
} as const
const running: Partial<SaveSnapshot> = {
  title: 'harbour at dawn.mov',
  checkedBytes: 0.61 * GB,
  totalBytes: 1.42 * GB,
}
const done: Partial<SaveSnapshot> = { ...running, phase: 'done', checkedBytes: 1.42 * GB }
const met: Partial<SwarmFacts> = {
  chosen: 'direct',
  peerCount: 3,
  peerBytes: 412 * MB,
  seedBytes: 198 * MB,
}

function receiving(
  facts: Parameters<typeof swarm>[0],
  part: Partial<ReceiveSnapshot> = {},
): GalleryState {
  const shown = receive({ ...single, swarm: swarm(facts), ...part })
  return { snapshot: app({ receive: shown }), isReceiving: true }
}

function opening(facts: Parameters<typeof swarm>[0], note: string): GalleryState {
  const blank = { title: '', entries: [], custody: [], expiresAtMs: undefined, note } as const
  return receiving(facts, { ...blank, phase: 'opening' })
}

function locked(facts: Parameters<typeof swarm>[0]): GalleryState {
  const blank = { title: '', entries: [], custody: [], expiresAtMs: undefined } as const
  return receiving(facts, { ...blank, phase: 'password' })
}

function sending(
  facts: Parameters<typeof swarm>[0],
  part: Partial<SendSnapshot> = {},
): GalleryState {
  const shown = send({ swarm: swarm({ isSender: true, chosen: 'direct', ...facts }), ...part })
  return { snapshot: app({ sends: [shown] }) }
}

/** Others with the same link, as recipients and senders see them. */
export const swarmStates = {
  'swarm-asked': receiving({}, { saves: [save(running)] }),
  'swarm-asked-no-relay': receiving({ hasRelay: false }),
  'swarm-asked-relay-fixed': receiving({ fixed: 'relayed' }),
  'swarm-asked-urgent': receiving(
    { isUrgent: true },
    {
      saves: [
        save({
          ...running,
          phase: 'waiting',
          bytesPerSecond: 0,
          secondsLeft: undefined,
          note: 'No seed answers just now; trying again. What is here is kept.',
        }),
      ],
    },
  ),
  'swarm-early-asked': opening(
    { isUrgent: true },
    'No seed knows these files yet. If the sender has the page open, they come from there.',
  ),
  'swarm-early-waiting': opening(
    { chosen: 'direct', isUrgent: true },
    'No seed knows these files yet, and nobody else with this link is here. They appear as soon as somebody who has them is.',
  ),
  'swarm-password': locked({ chosen: 'direct', peerCount: 2 }),
  'swarm-password-asked': locked({}),
  'swarm-helped': receiving(
    {
      ...met,
      pace: 'Fast: 3 others bring 9.10 MB/s and 2 seeds 3.30 MB/s.',
      giving: { hasAny: true, givenBytes: 96 * MB },
    },
    { saves: [save(running)] },
  ),
  'swarm-relayed': receiving({ ...met, chosen: 'relayed' }, { saves: [save(running)] }),
  'swarm-alone': receiving({ chosen: 'direct' }),
  'swarm-refused': receiving({ chosen: 'seeds-only' }, { saves: [save(running)] }),
  'swarm-forbidden': receiving({ fixed: 'seeds-only' }),
  'swarm-no-webrtc': receiving({ canConnect: false }),
  'swarm-relay-missing': receiving({ fixed: 'relayed', hasRelay: false }),
  'swarm-giving': receiving(
    { ...met, giving: { hasAny: true, givenBytes: 1.21 * GB } },
    { saves: [save(done)] },
  ),
  'swarm-giving-unkept': receiving(
    { ...met, giving: { isRefused: true } },
    { saves: [save(done)] },
  ),
  'swarm-giving-off': receiving(
    { ...met, giving: { isOn: false, givenBytes: 96 * MB } },
    { saves: [save(done)] },
  ),
  'swarm-giving-spent': receiving(
    { ...met, giving: { hasAny: true, givenBytes: 10 * GB, isSpent: true } },
    { saves: [save(done)] },
  ),
  'swarm-giving-metered': receiving(
    { ...met, giving: { isMetered: true } },
    { saves: [save(done)] },
  ),
  'swarm-sending': sending({ peerCount: 2, giving: { givenBytes: 340 * MB } }),
  'swarm-sent': sending(
    { peerCount: 1, giving: { givenBytes: 4.2 * GB } },
    {
      phase: 'stored',
      canClose: true,
      frontier: frontier(4.2 * GB, [1, 1, 1]),
      bytesPerSecond: 0,
      secondsLeft: undefined,
      custody,
    },
  ),
  'swarm-sending-relayed': sending({ fixed: 'relayed' }),
  'swarm-sending-forbidden': sending({ fixed: 'seeds-only' }),
} as const satisfies Record<string, GalleryState>
