import { html, nothing } from 'lit'
import { formatCount } from '../words.ts'
import { icon } from './icon.ts'
import { nameList } from './name-list.ts'

const SHOWN_MAX = 5

/** Says what of a drop could not be read, so that nobody takes it for sent. */
export function unreadNote(paths: readonly string[]): unknown {
  if (paths.length === 0) return nothing
  const [is, them] =
    paths.length === 1
      ? (['is', 'that it is still there'] as const)
      : (['are', 'that they are still there'] as const)
  const shown = paths.slice(0, SHOWN_MAX)
  return html`<p class="notice" role="alert">
    ${icon('alert')}
    <span
      >${formatCount(paths.length, 'item')} could not be read and ${is} not included:
      ${nameList(shown, paths.length - shown.length)}. Check ${them} and not locked, then drop
      ${paths.length === 1 ? 'it' : 'them'} again.</span
    >
  </p>`
}
