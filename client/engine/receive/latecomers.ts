import { askHedged } from './hedge.ts'

/** What is asked for is small and all else waits for it: asking twice costs less than waiting. */
const HEDGE_MS = 300

/**
 * Remembers who was asked and let another one answer first: such are asked last until they answer themselves, so that
 * each silent seed is waited for once and not with every question.
 */
export class Latecomers<Node extends object> {
  readonly #late = new WeakSet<Node>()

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
    const [first, answer] = await askHedged(this.#ordered(nodes), askAndTell, signal, HEDGE_MS)
    for (const node of asked) this.#late.add(node)
    this.#late.delete(first)
    return answer
  }

  #ordered(nodes: readonly Node[]): Node[] {
    const isLate = (node: Node): number => (this.#late.has(node) ? 1 : 0)
    return nodes.toSorted((a, b) => isLate(a) - isLate(b))
  }
}
