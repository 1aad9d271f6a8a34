import { sendingWords } from '../../../client/worker/sending-words.ts'
import type { SendSnapshot } from '../../../client/worker/snapshot.ts'
import { type GalleryState, problem } from './gallery-state.ts'
import {
  app,
  asked,
  custody,
  frontier,
  GB,
  MB,
  network,
  photographs,
  picked,
  send,
  unfinished,
  wideNetwork,
} from './samples.ts'

const total = 4.2 * GB
const photos = photographs(311).map(([path, size]) => picked(path, size))
const folder = [
  ...photos,
  picked('Coast 2031/drafts/', 0),
  picked('Route.gpx', 48_200),
  picked('Read me first.txt', 1204),
]

const stored: Partial<SendSnapshot> = {
  phase: 'stored',
  canClose: true,
  frontier: frontier(total, [1, 1, 1]),
  bytesPerSecond: 0,
  secondsLeft: undefined,
  custody,
}

function sending(part: Partial<SendSnapshot>): GalleryState {
  return { snapshot: app({ sends: [send(part)] }) }
}

/** What a sender can see. */
export const sendStates = {
  'start-connecting': {},
  start: { snapshot: app() },
  'start-offline': { snapshot: app({ network: { ...network, state: 'offline' } }) },
  'chosen-one': {
    snapshot: app(),
    chosen: [picked('harbour at dawn.mov', 1.42 * GB)],
  },
  'chosen-empty-file': { snapshot: app(), chosen: [picked('empty.txt', 0)] },
  'chosen-folder': { snapshot: app(), chosen: folder },
  'chosen-options': { snapshot: app({ network: wideNetwork }), chosen: folder, isOpen: true },
  'chosen-member': {
    snapshot: app({ network: { ...network, access: 'needed' } }),
    chosen: [picked('harbour at dawn.mov', 1.42 * GB)],
  },
  'chosen-code-refused': {
    snapshot: app({
      network: { ...network, access: 'needed' },
      sendProblem: problem(
        'TOKEN_WRONG',
        sendingWords,
        'Only those who have its access code can store here.',
      ),
    }),
    chosen: [picked('harbour at dawn.mov', 1.42 * GB)],
  },
  'chosen-unread': {
    snapshot: app(),
    chosen: folder,
    unread: [
      'Coast 2031/May 01/ferry 0001.jpg',
      'Coast 2031/locked/',
      ...photos.slice(2, 9).map(({ path }) => path),
    ],
  },
  'chosen-pending': { snapshot: app(), chosen: folder, isPending: true },
  'chosen-one-place': {
    snapshot: app({ network: { ...network, places: network.places.slice(0, 1) } }),
    chosen: [picked('harbour at dawn.mov', 1.42 * GB)],
  },
  'chosen-too-large': {
    snapshot: app({ network: { ...network, shareBytesMax: 2 * GB } }),
    chosen: [picked('disk image.img', 64 * GB)],
  },
  'chosen-connecting': {
    snapshot: app({ network: { ...network, state: 'connecting', places: [] } }),
    chosen: [picked('harbour at dawn.mov', 1.42 * GB)],
  },
  'chosen-offline': {
    snapshot: app({ network: { ...network, state: 'offline', places: [] } }),
    chosen: [picked('harbour at dawn.mov', 1.42 * GB)],
  },
  'send-preparing': sending({
    phase: 'preparing',
    link: undefined,
    ownerLink: undefined,
    frontier: frontier(total, [0, 0, 0]),
    bytesPerSecond: 0,
    secondsLeft: undefined,
    custody: [],
  }),
  'send-nothing-yet': sending({
    frontier: frontier(total, [0, 0, 0]),
    bytesPerSecond: 0,
    secondsLeft: undefined,
  }),
  'send-half': sending({}),
  'send-waiting': sending({
    bytesPerSecond: 0,
    secondsLeft: undefined,
    note: 'No seed answers; the next try is in 12 s.',
  }),
  'send-one-seed-slow': sending({
    frontier: frontier(total, [1, 1, 0.62]),
    bytesPerSecond: 0,
    secondsLeft: 94,
    note: 'Everything is on one seed; the seeds copy it to each other.',
  }),
  'send-paused': sending({ phase: 'paused', bytesPerSecond: 0, secondsLeft: undefined }),
  'send-stored': sending(stored),
  'send-stored-open': { ...sending(stored), isOpen: true },
  'send-stored-asked': {
    ...sending({ ...stored, custody: asked('passed', 'unreachable') }),
    isOpen: true,
  },
  'send-empty-file': sending({
    ...stored,
    title: 'empty.txt',
    fileCount: 1,
    frontier: frontier(0, [1, 1, 1]),
  }),
  'send-failed-changed': sending({
    phase: 'failed',
    link: undefined,
    ownerLink: undefined,
    problem: problem(
      'FILE_CHANGED',
      sendingWords,
      'A file became shorter while it was being sent.',
    ),
  }),
  'send-failed-unreadable': sending({
    phase: 'failed',
    problem: problem('FILE_UNREADABLE', sendingWords, 'A file that was chosen is locked or gone.'),
  }),
  'send-failed-full': sending({
    phase: 'failed',
    problem: problem('STORE_FULL', sendingWords, 'All seeds that you allow are full.'),
  }),
  'send-failed-policy': sending({
    phase: 'failed',
    link: undefined,
    ownerLink: undefined,
    frontier: frontier(total, [0, 0, 0]),
    custody: [],
    problem: problem(
      'POLICY_UNMET',
      sendingWords,
      'Three copies need three operators; two are there.',
    ),
  }),
  'send-failed-network': sending({
    phase: 'failed',
    problem: problem('SEED_UNREACHABLE', sendingWords, 'No seed has answered for five minutes.'),
  }),
  'send-deleting': sending({ phase: 'deleting', bytesPerSecond: 0, secondsLeft: undefined }),
  'send-undeleted': sending({ phase: 'undeleted', bytesPerSecond: 0, secondsLeft: undefined }),
  'send-stopped': sending({ phase: 'stopped', bytesPerSecond: 0, secondsLeft: undefined }),
  'send-several': {
    snapshot: app({
      sends: [
        send({ ...stored, shareId: 'b'.repeat(40), title: 'Minutes of the harbour council.pdf' }),
        send({ shareId: 'c'.repeat(40) }),
      ],
    }),
    chosen: [picked('One more.pdf', 2.2 * MB)],
  },
  unfinished: {
    snapshot: app({
      unfinished: [
        unfinished(),
        unfinished({
          shareId: 'd'.repeat(40),
          title: 'interview with the keeper.wav',
          fileCount: 1,
          totalBytes: 812 * MB,
          storedBytes: 0,
          hasFiles: true,
        }),
        unfinished({
          shareId: 'e'.repeat(40),
          title: 'Minutes of the harbour council.pdf',
          fileCount: 1,
          totalBytes: 2.2 * MB,
          storedBytes: 1.1 * MB,
          hasPassword: true,
        }),
      ],
    }),
  },
  'unfinished-missing': {
    snapshot: app({
      unfinished: [
        unfinished({
          missing: { fileCount: 61, names: ['South pier/', 'Route.gpx'], moreCount: 0 },
        }),
      ],
    }),
  },
  'unfinished-expired': {
    snapshot: app({ unfinished: [unfinished({ hasExpired: true, hasPassword: true })] }),
  },
  crash: { snapshot: app({ sends: [send()] }), crash: 'It stopped in the middle of something.' },
} as const satisfies Record<string, GalleryState>
