import { afterEach, describe, expect, it, vi } from 'vitest'
import { heldSends, takeSendLock, untilFree } from '../../../client/worker/send-lock.ts'

const refused = (): Promise<never> => Promise.reject(new DOMException('No.', 'SecurityError'))

describe.each([
  ['has no locks', undefined],
  ['refuses them', { query: refused, request: refused }],
])('a browser that %s', (_what, locks) => {
  afterEach(() => void vi.unstubAllGlobals())

  it('lets a share be sent, knowing of no other tab', async () => {
    vi.stubGlobal('navigator', { locks })
    expect(await takeSendLock('share')).toBeTypeOf('function')
    expect(await heldSends(['share'])).toEqual(new Set())
    await untilFree('share')
  })
})
