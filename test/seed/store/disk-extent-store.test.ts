import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiskExtentStore } from '../../../seed/store/disk-extent-store.ts'
import { describeExtentStore } from '../../contract/extent-store.ts'

describeExtentStore('the disk store', async () => {
  const root = await mkdtemp(join(tmpdir(), 'skerry-store-'))
  const open = (): Promise<DiskExtentStore> =>
    DiskExtentStore.open({
      root,
      onFatal: (error) => {
        throw error
      },
    })
  return {
    store: await open(),
    reopen: open,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  }
})
