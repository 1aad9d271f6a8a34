import type { AppSnapshot, SaveSnapshot, SendPhase, SendSnapshot } from '../worker/snapshot.ts'

const unfinished: ReadonlySet<SendPhase> = new Set(['preparing', 'sending', 'paused', 'deleting'])

/** True while closing the page would stop an upload, before receipts meet the policy, or a deletion. */
export function isAtRisk({ phase, canClose }: SendSnapshot): boolean {
  return !canClose && unfinished.has(phase)
}

/** True while closing the page would cut a save off. */
export function isRunning({ phase }: SaveSnapshot): boolean {
  return phase === 'starting' || phase === 'saving' || phase === 'waiting'
}

/** True while closing the page would lose something that a person waits for. */
export function isNeeded({ sends, receive }: AppSnapshot): boolean {
  return sends.some(isAtRisk) || (receive?.saves.some(isRunning) ?? false)
}

/** True while the device should stay awake. */
export function isBusy({ sends, receive }: AppSnapshot): boolean {
  const isSending = sends.some((send) => isAtRisk(send) && send.phase !== 'paused')
  return isSending || (receive?.saves.some(isRunning) ?? false)
}

/** What the tab says: progress in figures, and never a file name. */
export function titleOf({ sends, receive }: AppSnapshot): string {
  const words = receive === undefined ? sendWords(sends) : saveWords(receive.saves)
  return words === undefined ? 'Skerry' : `${words} · Skerry`
}

function sendWords(sends: readonly SendSnapshot[]): string | undefined {
  const send = sends.find(isAtRisk)
  if (send !== undefined) {
    const { frontier, phase } = send
    if (phase === 'deleting') return 'Deleting'
    const done = percent(frontier.policyBytes, frontier.totalBytes)
    return phase === 'paused' ? `Paused at ${done}` : `${done} safe`
  }
  // What was stored and ended later is no news of the upload.
  const last = sends.findLast(
    ({ canClose, phase, wasStored }) => canClose || (phase === 'failed' && !wasStored),
  )
  return last && (last.canClose ? 'Stored' : 'Not sent')
}

function saveWords(saves: readonly SaveSnapshot[]): string | undefined {
  const save = saves.find(isRunning)
  if (save?.phase === 'starting') return 'Starting'
  if (save !== undefined) return percent(save.checkedBytes, save.totalBytes)
  if (saves.some(({ phase }) => phase === 'failed')) return 'Not saved'
  return saves.some(({ phase }) => phase === 'done') ? 'Saved' : undefined
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.floor((100 * part) / whole)} %`
}
