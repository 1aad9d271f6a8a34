import type { GalleryState } from './gallery-state.ts'
import { hostileNames, scriptNames } from './hostile-names.ts'
import { app, custody, entry, MB, picked, receive, save, send, unfinished } from './samples.ts'

const LONG_NAME = `${'w'.repeat(251)}.txt`
const paths = hostileNames.map((name) => name.replaceAll('/', '∕'))
const title = scriptNames[1] ?? ''

/** Every view with names that a stranger chose to do harm. */
export const hostileStates = {
  'hostile-chosen': { snapshot: app(), chosen: paths.map((path) => picked(path, 12 * MB)) },
  'hostile-sends': {
    snapshot: app({
      sends: paths.map((name, i) => send({ shareId: String(i).padStart(40, '0'), title: name })),
    }),
  },
  'hostile-unfinished': {
    snapshot: app({
      unfinished: paths.map((name, i) =>
        unfinished({ shareId: String(i).padStart(40, '0'), title: name }),
      ),
    }),
  },
  'hostile-receive': {
    snapshot: app({
      receive: receive({
        title,
        entries: paths.map((path) => entry(path, 12 * MB)),
        custody: custody.map((seed) =>
          Object.assign({}, seed, { operator: title, url: 'javascript:wasHit=1' }),
        ),
      }),
    }),
    isReceiving: true,
    isOpen: true,
  },
  'hostile-folders': {
    snapshot: app({
      receive: receive({
        title: LONG_NAME,
        entries: paths.map((path) => entry(`${path}/${path}`, 12 * MB)),
      }),
    }),
    isReceiving: true,
  },
  'hostile-deep': {
    snapshot: app({
      receive: receive({
        title: LONG_NAME,
        entries: [entry(`${'folder with a name/'.repeat(31)}${LONG_NAME}`, 12 * MB)],
      }),
    }),
    isReceiving: true,
  },
  'hostile-saves': {
    snapshot: app({
      receive: receive({
        title: LONG_NAME,
        saves: paths.map((name, i) => save({ saveId: `save-${i}`, title: name })),
      }),
    }),
    isReceiving: true,
  },
} as const satisfies Record<string, GalleryState>
