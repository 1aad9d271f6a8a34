import { delay } from '../delay.ts'

const HEDGE_MS = 1000

type HedgeOptions = Readonly<{
  /** After so long an answer is late. */
  hedgeMs?: number
  /** So many of the first are asked at once. */
  atOnce?: number
}>

/**
 * Asks one after the other, each as soon as the one before failed or is late. The first good answer wins, and
 * the others are stopped.
 *
 * @throws {AggregateError} What each said, if none gave a good answer.
 */
export async function askHedged<Node, Answer>(
  nodes: readonly Node[],
  ask: (node: Node, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
  { hedgeMs = HEDGE_MS, atOnce = 1 }: HedgeOptions = {},
): Promise<Answer> {
  const stop = new AbortController()
  const both = AbortSignal.any([signal, stop.signal])
  let turn: Promise<unknown> = Promise.resolve()
  const answers = nodes.map((node, place) => {
    const ownTurn = place < atOnce ? Promise.resolve() : turn
    const answer = ownTurn.then(async () => {
      both.throwIfAborted()
      return ask(node, both)
    })
    const late = ownTurn.then(() => delay(hedgeMs, both))
    turn = Promise.race([answer, late]).catch(() => undefined)
    return answer
  })
  try {
    return await Promise.any(answers)
  } finally {
    stop.abort(new Error('answered'))
  }
}
