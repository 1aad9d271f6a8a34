import { delay } from '../delay.ts'

type Answers = Readonly<{
  /** No other answer is needed, or to be had. */
  isEnough: () => boolean
  /** Resolves at the next change of that. */
  changed: () => Promise<void>
  signal: AbortSignal
}>

/** After the first answer, so long is waited for one that knows of more. */
const SECOND_ANSWER_MS = 2000

/** Waits a moment for one who knows more than the first who answered. @throws The reason of `signal`. */
export async function secondAnswer({ isEnough, changed, signal }: Answers): Promise<void> {
  const second = delay(SECOND_ANSWER_MS, signal).then(() => 'late' as const)
  second.catch(() => undefined)
  while (!isEnough()) {
    if ((await Promise.race([changed(), second])) === 'late') break
  }
  signal.throwIfAborted()
}
