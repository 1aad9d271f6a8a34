import { expect, it } from 'vitest'
import { waitText } from '../../../client/worker/wait-text.ts'

it.each([
  ['dishonest', 'seeds', 'All seeds that answered sent wrong pieces.'],
  ['dishonest', 'peers', 'All others who were here sent wrong pieces'],
  ['not-there', 'seeds', 'The seeds that answer do not have'],
  ['not-there', 'both', 'Neither the seeds that answer nor the others'],
  ['silent', 'peers', 'The others who are here were asked'],
] as const)('says who is waited for where it is %s: %s', (reason, who, words) => {
  expect(waitText({ reason, who })).toContain(words)
})

it('says of others whose turn it is not that they give nothing now, and not that no seed answers', () => {
  const wait = { reason: 'unreachable', fault: 'SEED_UNREACHABLE', nextMs: 0 } as const
  expect(waitText({ ...wait, who: 'peers' })).not.toContain('seed')
  expect(waitText({ ...wait, who: 'peers' })).toContain('What is here is kept.')
  expect(waitText({ ...wait, who: 'seeds' })).toContain('No seed answers just now')
})

it('says of seeds that are busy that they are', () => {
  expect(waitText({ reason: 'busy' })).toContain('a lot to do just now')
})
