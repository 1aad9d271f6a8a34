import type { SendSnapshot } from '../worker/snapshot.ts'
import { formatBytes } from '../words.ts'
import { countryList } from './country.ts'
import type { Verdict } from './verdict-note.ts'
import { formatDay, formatLeft, formatPercent, shareOf } from './when-words.ts'

const STAY = 'Keep this page open'

/**
 * Whether a sender may close the page, and how far it is.
 *
 * @param othersNeedPage - Another share of the same page is not yet safe.
 */
export function sendVerdict(send: SendSnapshot, othersNeedPage: boolean): Verdict {
  const { phase, canClose, note } = send
  if (canClose) return stored(send, othersNeedPage)
  switch (phase) {
    case 'preparing': {
      const detail = note ?? 'Getting ready. The link comes in a moment.'
      return { tone: 'busy', icon: 'lock', heading: STAY, detail }
    }
    case 'paused': {
      const detail = `Nothing is sent now. ${formatPercent(send.frontier.policyBytes, send.frontier.totalBytes)} is safe already. If you close this page, you need the same files again to go on.`
      return { tone: 'quiet', icon: 'pause', heading: 'Paused', detail }
    }
    case 'deleting': {
      const detail = 'Stopped. What the seeds had received is being deleted.'
      return { tone: 'busy', icon: 'stop', heading: STAY, detail }
    }
    case 'stopped': {
      const detail =
        'What the seeds had received is deleted. A seed that does not answer hears of it from the others.'
      return { tone: 'quiet', icon: 'stop', heading: 'Stopped', detail }
    }
    case 'undeleted': {
      const detail = `No seed could be told to delete what it had received. It expires by itself on ${formatDay(send.expiresAtMs)}. Try again, or keep the owner link below and delete it later.`
      return { tone: 'wait', icon: 'clock', heading: 'Stopped, but not deleted', detail }
    }
    default:
      // What is said while bytes still move is news; once they stand still it is the reason.
      return note !== undefined && send.bytesPerSecond === 0
        ? { tone: 'wait', icon: 'clock', heading: STAY, detail: `${note} ${paceOf(send)}.` }
        : sending(send)
  }
}

function sending(send: SendSnapshot): Verdict {
  const { frontier, bytesPerSecond, note } = send
  const share = shareOf(frontier.policyBytes, frontier.totalBytes)
  return {
    tone: 'busy',
    icon: 'up',
    heading: STAY,
    detail: withNote(paceOf(send), note),
    share: bytesPerSecond === 0 ? undefined : share,
  }
}

function stored({ custody, expiresAtMs }: SendSnapshot, othersNeedPage: boolean): Verdict {
  const signed = custody.filter(({ receipt }) => receipt === 'stored')
  const places = countryList(signed.map(({ jurisdiction }) => jurisdiction))
  const until = formatDay(expiresAtMs)
  const detail =
    places === ''
      ? `The seeds keep it until ${until}.`
      : `Signed for by ${signed.length === 1 ? 'a seed' : 'seeds'} in ${places}, and kept until ${until}.`
  const heading = othersNeedPage
    ? 'Stored. The other share still needs this page.'
    : 'Stored. You can close this page.'
  return { tone: 'safe', icon: 'check', heading, detail }
}

function withNote(pace: string, note: string | undefined): string {
  return note === undefined ? pace : `${pace}. ${note}`
}

/** `47 % safe · 12.4 MB/s · about 3 minutes left`. */
function paceOf({ frontier, bytesPerSecond, secondsLeft }: SendSnapshot): string {
  return [
    `${formatPercent(frontier.policyBytes, frontier.totalBytes)} safe`,
    bytesPerSecond === 0 ? '' : `${formatBytes(bytesPerSecond)}/s`,
    secondsLeft === undefined ? '' : formatLeft(secondsLeft),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}
