import { expect, it } from 'vitest'
import { Latecomers } from '../../../client/engine/receive/latecomers.ts'

type Node = Readonly<{ name: string; kind: string }>

/** Those who are asked one after the other: each answers with its name, stays silent or fails. */
class Scene {
  readonly silent = new Set<Node>()
  readonly broken = new Set<Node>()
  readonly #latecomers = new Latecomers<Node>()
  #asked: string[] = []

  ask(...nodes: readonly Node[]): Promise<string> {
    const answer = (node: Node, signal: AbortSignal): Promise<string> => this.#answer(node, signal)
    return this.#latecomers.ask(nodes, answer, new AbortController().signal)
  }

  /** @returns Who was asked since the last call. */
  takeAsked(): string[] {
    const asked = this.#asked
    this.#asked = []
    return asked
  }

  async #answer(node: Node, signal: AbortSignal): Promise<string> {
    this.#asked.push(node.name)
    if (this.broken.has(node)) throw new Error('broke')
    if (!this.silent.has(node)) return node.name
    const { promise, reject } = Promise.withResolvers<string>()
    signal.addEventListener('abort', () => reject(new Error('stopped')))
    return promise
  }
}

it('waits for one who stays silent once, and asks it again only when the others fail', async () => {
  const silent = { name: 'silent', kind: 'seed' }
  const honest = { name: 'honest', kind: 'seed' }
  const scene = new Scene()
  scene.silent.add(silent)
  const ask = (): Promise<string> => scene.ask(silent, honest)
  expect([await ask(), await ask()]).toEqual(['honest', 'honest'])
  expect(scene.takeAsked()).toEqual(['silent', 'honest', 'honest'])
  scene.silent.clear()
  scene.broken.add(honest)
  expect(await ask()).toBe('silent')
  scene.takeAsked()
  scene.broken.clear()
  expect([await ask(), scene.takeAsked()]).toEqual(['silent', ['silent']])
})

it('asks one of each kind at once until somebody answered, and then that one alone', async () => {
  const [a, b] = [
    { name: 'a', kind: 'seed' },
    { name: 'b', kind: 'seed' },
  ]
  const [peer, other] = [
    { name: 'peer', kind: 'peer' },
    { name: 'other', kind: 'peer' },
  ]
  const scene = new Scene()
  scene.silent.add(a).add(b)
  const ask = (): Promise<string> => scene.ask(a, b, peer, other)
  expect([await ask(), scene.takeAsked()]).toEqual(['peer', ['a', 'peer']])
  expect([await ask(), scene.takeAsked()]).toEqual(['peer', ['peer']])
})
