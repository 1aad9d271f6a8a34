import type { AppSnapshot, SaveSnapshot, SendSnapshot } from '../worker/snapshot.ts'

/** True while closing the page would lose something: before receipts meet the policy. */
export function isAtRisk({ phase, canClose }: SendSnapshot): boolean {
  return !canClose && (phase === 'preparing' || phase === 'sending' || phase === 'paused')
}

/** True while the device should stay awake. */
export function isBusy(snapshot: AppSnapshot): boolean {
  const isSending = snapshot.sends.some(({ phase }) => phase === 'preparing' || phase === 'sending')
  return isSending || (snapshot.receive?.saves.some(isRunning) ?? false)
}

/** What the tab says: progress in figures, and never a file name. */
export function titleOf(snapshot: AppSnapshot): string {
  const running = snapshot.receive?.saves.find(isRunning)
  if (running !== undefined) return `${percent(running.doneBytes, running.totalBytes)} · Skerry`
  const send = snapshot.sends.find(isAtRisk)
  if (send !== undefined) {
    return `${percent(send.frontier.policyBytes, send.frontier.totalBytes)} safe · Skerry`
  }
  return snapshot.sends.some(({ canClose }) => canClose) ? 'Stored · Skerry' : 'Skerry'
}

function isRunning({ phase }: SaveSnapshot): boolean {
  return phase === 'starting' || phase === 'saving' || phase === 'waiting'
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.floor((100 * part) / whole)} %`
}
