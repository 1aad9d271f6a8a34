import { expect, it } from 'vitest'
import { titleOf } from '../../../client/page/page-state.ts'
import { app, send } from '../../ui/gallery/samples.ts'

const stored = send({ phase: 'stored', canClose: true })
const failed = send({ phase: 'failed' })
const ended = send({ phase: 'failed', wasStored: true })

it.each([
  ['one that was stored and ended later', [ended], 'Skerry'],
  ['one that ended beside one that is there', [stored, ended], 'Stored · Skerry'],
  ['one that failed before another was stored', [failed, stored], 'Stored · Skerry'],
  ['one that failed after another was stored', [stored, failed], 'Not sent · Skerry'],
  ['one that failed before another ended', [failed, ended], 'Not sent · Skerry'],
])(
  'the tab says of shares what the newest that tells something tells: %s',
  (_case, sends, title) => {
    expect(titleOf(app({ sends }))).toBe(title)
  },
)
