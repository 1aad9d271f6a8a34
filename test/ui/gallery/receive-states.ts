import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import { problemOf } from '../../../client/worker/problem.ts'
import { failedReceive } from '../../../client/worker/receive-failure.ts'
import { downloadFault, receivingWords } from '../../../client/worker/receiving-words.ts'
import type { ReceiveSnapshot, SaveSnapshot } from '../../../client/worker/snapshot.ts'
import { type GalleryState, problem } from './gallery-state.ts'
import {
  app,
  asked,
  custody,
  entry,
  GB,
  MB,
  network,
  NOW_MS,
  photographs,
  receive,
  save,
  withReceipt,
} from './samples.ts'

const many = photographs(5000).map(([path, size]) => entry(path, size))
const single = {
  title: 'harbour at dawn.mov',
  entries: [entry('harbour at dawn.mov', 1.42 * GB)],
} as const
/** The second of them did not answer, and what it signed is not known. */
const away = withReceipt('unknown').map((seed) =>
  Object.assign({}, seed, { challenge: 'unreachable', challengedAtMs: NOW_MS } as const),
)
const oneAway = [...custody.slice(0, 1), ...away.slice(1)]
const few = [
  ['Plans/2031/North pier/drawings/sheet 01.pdf', 4.1 * MB],
  ['Plans/2031/North pier/drawings/sheet 02.pdf', 3.9 * MB],
  ['Plans/2031/North pier/drawings/old/2029/sheet 01 (superseded).pdf', 4 * MB],
  ['Plans/2031/South pier/survey.csv', 88_100],
  ['Plans/2031/South pier/empty/', 0],
  ['Plans/README.md', 1841],
  ['Plans/cover.png', 0],
] as const

function receiving(part: Partial<ReceiveSnapshot>): GalleryState {
  return { snapshot: app({ receive: receive(part) }), isReceiving: true }
}

/** The panel was opened: its seeds were asked for their receipts. */
function opened(part: Partial<ReceiveSnapshot>): GalleryState {
  return { ...receiving(part), isOpen: true }
}

function saving(part: Partial<SaveSnapshot>): GalleryState {
  return receiving({ entries: many.slice(0, 312), saves: [save(part)] })
}

function failed(code: FaultCode, detail: string): GalleryState {
  return receiving({
    phase: 'failed',
    shareId: undefined,
    title: '',
    entries: [],
    custody: [],
    swarm: undefined,
    problem: problem(code, receivingWords, detail),
  })
}

/** Before anything of it was asked for. */
function refused(code: FaultCode, detail: string): GalleryState {
  return receiving({ ...failedReceive(new TransferError(code, detail)), entries: [] })
}

const blank = {
  title: '',
  entries: [],
  custody: [],
  expiresAtMs: undefined,
} as const

/** What a recipient can see. */
export const receiveStates = {
  'receive-starting': { isReceiving: true },
  'receive-opening': receiving({ ...blank, phase: 'opening' }),
  'receive-opening-slow': receiving({
    ...blank,
    phase: 'opening',
    note: 'The first seed does not answer. Asking the others…',
  }),
  'receive-offline': {
    snapshot: app({
      network: { ...network, state: 'offline' },
      receive: receive({ ...single }),
    }),
    isReceiving: true,
  },
  'receive-password': receiving({ ...blank, phase: 'password' }),
  'receive-password-trying': receiving({
    ...blank,
    phase: 'password',
    note: 'Trying the password. This takes a moment on purpose…',
  }),
  'receive-password-wrong': receiving({ ...blank, phase: 'password', passwordWrong: true }),
  'receive-one': receiving(single),
  'receive-empty-file': receiving({ title: 'empty.txt', entries: [entry('empty.txt', 0)] }),
  'receive-many': receiving({ entries: many }),
  'receive-deep': receiving({
    title: 'Plans',
    entries: few.map(([path, size]) => entry(path, size)),
  }),
  'receive-custody-asking': opened({ ...single, custody: withReceipt('asking') }),
  'receive-custody': opened({ ...single, custody }),
  'receive-custody-away': opened({ ...single, custody: oneAway }),
  'receive-custody-asked': opened({ ...single, custody: asked('passed', 'failed') }),
  'receive-custody-lacking': opened({ ...single, custody: asked('passed', 'piece missing') }),
  'receive-live': receiving({
    entries: many.slice(0, 312),
    live: { lastMs: NOW_MS, isQuiet: false },
  }),
  'receive-live-quiet': receiving({
    entries: many.slice(0, 312),
    live: { lastMs: NOW_MS, isQuiet: true },
  }),
  'receive-live-custody': opened({
    ...single,
    live: { lastMs: NOW_MS, isQuiet: false },
    custody: withReceipt('none'),
  }),
  'receive-live-saving': receiving({
    entries: many.slice(0, 312),
    live: { lastMs: NOW_MS, isQuiet: false },
    saves: [
      save({
        phase: 'waiting',
        bytesPerSecond: 0,
        secondsLeft: undefined,
        note: 'Everything sent so far is here. Waiting for the sender.',
      }),
    ],
  }),
  'save-starting': saving({ phase: 'starting', checkedBytes: 0, bytesPerSecond: 0 }),
  'save-running': saving({}),
  'save-waiting': saving({
    phase: 'waiting',
    bytesPerSecond: 0,
    secondsLeft: undefined,
    note: 'No seed answers just now; trying again. What is here is kept.',
  }),
  'save-done': saving({ phase: 'done', checkedBytes: 4.2 * GB }),
  'save-stopped': saving({ phase: 'stopped' }),
  'save-failed': saving({
    phase: 'failed',
    problem: problem('DISK_FULL', receivingWords, 'The browser could not write any further.'),
  }),
  'save-ended': saving({
    phase: 'failed',
    problem: problemOf(downloadFault('ended'), receivingWords),
  }),
  'save-insecure': saving({
    phase: 'failed',
    checkedBytes: 0,
    problem: problemOf(downloadFault('insecure'), receivingWords),
  }),
  'save-several': receiving({
    entries: many.slice(0, 312),
    saves: [
      save({ saveId: 'save-3', title: 'ferry 0004.jpg', phase: 'done', totalBytes: 3.3 * MB }),
      save({ saveId: 'save-2', title: 'May 02.zip', checkedBytes: 20 * MB, totalBytes: 300 * MB }),
    ],
  }),
  'receive-cut-link': refused('LINK_INVALID', 'The link is cut off or was changed on the way.'),
  'receive-owner-link': refused('LINK_WRONG_KIND', 'This is an owner link.'),
  'receive-other-network': refused('NETWORK_MISMATCH', 'Its seeds are not in this directory.'),
  'receive-missing': failed('SHARE_MISSING', 'Both seeds were asked, and neither has it.'),
  'receive-unreachable': failed('SEED_UNREACHABLE', 'Two seeds were asked; neither answered.'),
  'receive-expired': failed('SHARE_EXPIRED', 'It was kept until 12 May 2031.'),
  'receive-deleted': failed('SHARE_DELETED', 'The sender signed its deletion.'),
  'receive-taken-down': failed('SHARE_TAKEN_DOWN', 'Hafen Kollektiv: reported as malware.'),
  'receive-conflict': failed('CHECKPOINT_CONFLICT', 'Two seeds hold different, signed contents.'),
  'receive-crash': {
    snapshot: app({ receive: receive(single) }),
    isReceiving: true,
    crash: 'It stopped in the middle of something.',
  },
} as const satisfies Record<string, GalleryState>
