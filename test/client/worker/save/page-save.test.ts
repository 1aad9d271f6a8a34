import { describe, expect, it, vi } from 'vitest'
import { PageSave } from '../../../../client/worker/save/page-save.ts'
import { scopeOf } from '../../../../client/worker/save/save-scope.ts'
import { openSession, openShare } from '../../receive/reader.ts'
import { ShareHost } from '../../receive/share-host.ts'
import { createTestShare, viewOf } from '../../receive/test-share.ts'

const index = [
  { path: 'in/one.bin', size: 600_000 },
  { path: 'in/two.bin', size: 50_000 },
]
const share = await createTestShare('page save', index)
const target = { kind: 'zip', folder: '' } as const

/** A save of all as a zip, from a real seed. */
async function openSave(paths = index.map(({ path }) => path)) {
  const host = await ShareHost.start(0, share, viewOf(share))
  const session = openSession(share, [host])
  const content = await openShare(session, share)
  const scope = scopeOf(target, { index, paths, title: 'in' })
  const unused = { changed: () => undefined, count: () => undefined }
  const start = { saveId: 'save', content, paths, scope, mayHelp: false, isMet: false, ...unused }
  const { port1: worker, port2: browser } = new MessageChannel()
  return {
    save: new PageSave(start),
    worker,
    browser,
    async [Symbol.asyncDispose](): Promise<void> {
      browser.close()
      await session[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
    },
  }
}

describe('a save in the page', () => {
  it('says how much it is of before anything of it is here', async () => {
    await using open = await openSave()
    expect(open.save.snapshot).toMatchObject({ phase: 'starting', totalBytes: 650_000 })
  })

  it('that the browser ends says so, and not that the person stopped it', async () => {
    await using open = await openSave()
    open.save.begin(target, undefined)
    open.save.serve(open.worker)
    open.browser.postMessage({ type: 'cancel' }, [])
    await open.save.ended
    const { phase, problem } = open.save.snapshot
    expect(phase).toBe('failed')
    expect(problem?.title).toBe('The browser ended this download')
  })

  it('that the person stops says only that', async () => {
    await using open = await openSave()
    open.save.begin(target, undefined)
    open.save.cancel()
    await open.save.ended
    expect(open.save.snapshot).toMatchObject({ phase: 'stopped', problem: undefined })
  })

  it('whose zip cannot be made says that it failed, and why to whoever looks for it', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await using open = await openSave(['', 'two.bin'])
    expect(open.save.begin(target, undefined)).toBeUndefined()
    await open.save.ended
    expect(open.save.snapshot.phase).toBe('failed')
    expect(open.save.snapshot.problem?.title).toBe('That did not work')
    expect(said).toHaveBeenCalledExactlyOnceWith(expect.any(Error))
    said.mockRestore()
  })
})
