import { expect, it } from 'vitest'
import { Latecomers } from '../../../client/engine/receive/latecomers.ts'

type Node = Readonly<{ name: string }>

it('waits for one who stays silent once, and asks it again only when the others fail', async () => {
  const [silent, honest] = [{ name: 'silent' }, { name: 'honest' }]
  const broken = new Set<Node>([silent])
  const asked: string[] = []
  const answer = async (node: Node, signal: AbortSignal): Promise<string> => {
    asked.push(node.name)
    if (!broken.has(node)) return node.name
    if (node === honest) throw new Error('broke')
    const { promise, reject } = Promise.withResolvers<string>()
    signal.addEventListener('abort', () => reject(new Error('stopped')))
    return promise
  }
  const latecomers = new Latecomers<Node>()
  const ask = (): Promise<string> =>
    latecomers.ask([silent, honest], answer, new AbortController().signal)
  expect([await ask(), await ask()]).toEqual(['honest', 'honest'])
  expect(asked).toEqual(['silent', 'honest', 'honest'])
  broken.delete(silent)
  broken.add(honest)
  expect(await ask()).toBe('silent')
  asked.length = 0
  broken.clear()
  expect([await ask(), asked]).toEqual(['silent', ['silent']])
})
