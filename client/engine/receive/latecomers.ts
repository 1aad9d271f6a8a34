import { askHedged } from './hedge.ts'

/** What is asked for is small and all else waits for it: asking twice costs less than waiting. */
const HEDGE_MS = 300

/**
 * Remembers who answered first and whom it kept waiting. While nobody is known to answer, one of each kind is asked
 * at once: what silences one seed may silence all of them. Later the one that answered is asked, and latecomers last,
 * so that a silent one is not waited for with every question.
 */
export class Latecomers<Node extends Readonly<{ kind: string }>> {
  readonly #late = new WeakSet<Node>()
  readonly #quick = new WeakSet<Node>()

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
    const firsts = nodes.some((node) => this.#quick.has(node)) ? [] : firstOfEachKind(ordered)
    const order = [...firsts, ...ordered.filter((node) => !firsts.includes(node))]
    const options = { hedgeMs: HEDGE_MS, atOnce: firsts.length }
    const [first, answer] = await askHedged(order, askAndTell, signal, options)
    for (const node of asked) this.#mark(node, false)
    this.#mark(first, true)
    return answer
  }

  #mark(node: Node, isQuick: boolean): void {
    this.#late.delete(node)
    this.#quick.delete(node)
    void (isQuick ? this.#quick : this.#late).add(node)
  }

  #ordered(nodes: readonly Node[]): Node[] {
    const place = (node: Node): number =>
      Number(this.#late.has(node)) - Number(this.#quick.has(node))
    return nodes.toSorted((a, b) => place(a) - place(b))
  }
}

function firstOfEachKind<Node extends Readonly<{ kind: string }>>(nodes: readonly Node[]): Node[] {
  return nodes.filter(({ kind }, place) => nodes.findIndex((node) => node.kind === kind) === place)
}
