import { askHedged } from './hedge.ts'

/** What is asked for is small and all else waits for it: asking twice costs less than waiting. */
const HEDGE_MS = 300
/** Where a node stands among those who are asked. */
const [QUICK, UNKNOWN, LATE] = [-1, 0, 1] as const

/**
 * Remembers who answered first and whom it kept waiting. While nobody is known to answer, one of each kind is asked
 * at once: what silences one seed may silence all of them. Later the one that answered is asked, and latecomers last,
 * so that a silent one is not waited for with every question.
 */
export class Latecomers<Node extends Readonly<{ kind: string }>> {
  readonly #places = new WeakMap<Node, typeof QUICK | typeof LATE>()

  /** The same as `askHedged`, in an order that learns. */
  async ask<Answer>(
    nodes: readonly Node[],
    ask: (node: Node, signal: AbortSignal) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const asked: Node[] = []
    const askAndTell = async (node: Node, stop: AbortSignal): Promise<[Node, Answer]> => {
      asked.push(node)
      return [node, await ask(node, stop)]
    }
    const ordered = this.#ordered(nodes)
    const isAnyQuick = nodes.some((node) => this.#places.get(node) === QUICK)
    const firsts = isAnyQuick ? [] : firstOfEachKind(ordered)
    const order = [...firsts, ...ordered.filter((node) => !firsts.includes(node))]
    const options = { hedgeMs: HEDGE_MS, atOnce: firsts.length }
    const [first, answer] = await askHedged(order, askAndTell, signal, options)
    for (const node of asked) this.#places.set(node, LATE)
    this.#places.set(first, QUICK)
    return answer
  }

  #ordered(nodes: readonly Node[]): Node[] {
    const place = (node: Node): number => this.#places.get(node) ?? UNKNOWN
    return nodes.toSorted((a, b) => place(a) - place(b))
  }
}

function firstOfEachKind<Node extends Readonly<{ kind: string }>>(nodes: readonly Node[]): Node[] {
  return nodes.filter(({ kind }, place) => nodes.findIndex((node) => node.kind === kind) === place)
}
