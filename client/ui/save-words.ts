import type { SaveSnapshot } from '../worker/snapshot.ts'
import { formatBytes } from '../words.ts'
import type { Verdict } from './verdict-note.ts'
import { formatLeft, formatPercent, shareOf } from './when-words.ts'

const STAY = 'Keep this page open'
const ALL_HERE = 'All of it is here and checked.'

/** How far a save is, and whether the page is needed for it. A failed one has a problem instead. */
export function saveVerdict(save: SaveSnapshot): Verdict {
  const { phase, checkedBytes, totalBytes, bytesPerSecond, note } = save
  const amount = `${formatBytes(checkedBytes)} of ${formatBytes(totalBytes)}`
  switch (phase) {
    case 'starting':
      return { tone: 'busy', icon: 'down', heading: STAY, detail: note ?? 'Starting…' }
    case 'saving':
      return {
        tone: 'busy',
        icon: 'down',
        heading: STAY,
        detail: paceOf(save),
        share: bytesPerSecond === 0 ? undefined : shareOf(checkedBytes, totalBytes),
      }
    case 'waiting': {
      const here = checkedBytes === totalBytes ? ALL_HERE : `${amount} so far.`
      const detail = `${here} ${note ?? 'Waiting for more.'}`
      return { tone: 'wait', icon: 'clock', heading: STAY, detail }
    }
    case 'done': {
      const detail = `Complete: ${formatBytes(totalBytes)}, every byte checked.`
      return { tone: 'safe', icon: 'check', heading: 'Saved', detail }
    }
    case 'stopped':
      return {
        tone: 'quiet',
        icon: 'stop',
        heading: 'Stopped',
        detail: leftOf(checkedBytes, amount),
      }
    case 'failed':
      return {
        tone: 'quiet',
        icon: 'alert',
        heading: 'Not complete',
        detail: leftOf(checkedBytes, amount),
      }
  }
}

/** What a save that ended early leaves behind. @param amount - How much had come, in words. */
function leftOf(checkedBytes: number, amount: string): string {
  if (checkedBytes === 0) return 'Nothing of it had arrived.'
  return `${amount} had arrived. What is there now is not complete.`
}

/** `28 % here and checked · 38.2 MB/s · about 2 minutes left`. */
function paceOf({ checkedBytes, totalBytes, bytesPerSecond, secondsLeft }: SaveSnapshot): string {
  if (checkedBytes === totalBytes) return `${ALL_HERE} Saving the rest…`
  return [
    `${formatPercent(checkedBytes, totalBytes)} here and checked`,
    bytesPerSecond === 0 ? '' : `${formatBytes(bytesPerSecond)}/s`,
    secondsLeft === undefined ? '' : formatLeft(secondsLeft),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}
