import { expect, it } from 'vitest'
import { FilesInParts } from '../../client/page/files-in-parts.ts'
import type { PageMessage } from '../../client/worker/messages.ts'
import { PickedParts } from '../../client/worker/picked-parts.ts'
import { picked } from '../ui/gallery/samples.ts'

function resumeOf(shareId: string, count: number): Extract<PageMessage, { type: 'resume' }> {
  const files = Array.from({ length: count }, (_, i) => picked(`${shareId}/${i}`, i))
  return { type: 'resume', shareId, files }
}

it('hands thousands of files on in small messages, and those of two shares do not mix', async () => {
  const wanted = [resumeOf('a', 1234), resumeOf('b', 100), resumeOf('c', 0)]
  const sizes: number[] = []
  const got: PageMessage[] = []
  const parts = new PickedParts()
  const { promise, resolve } = Promise.withResolvers<void>()
  const files = new FilesInParts((message) => {
    if (message.type !== 'files' && message.type !== 'resume') return
    sizes.push(message.files.length)
    if (message.type === 'files') parts.add(message.files)
    else got.push(parts.join(message))
    if (got.length === wanted.length) resolve()
  })
  for (const message of wanted) files.tell(message)
  await promise
  expect(got).toEqual(wanted)
  expect(Math.max(...sizes)).toBe(100)
})
