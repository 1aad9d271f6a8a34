import type { Bytes } from '../../protocol/bytes.ts'
import { SlotFile } from './slot-file.ts'
import { removeStore, storeFolder, storeNames } from './store-files.ts'
import type { StoreAnswer, StoreAsk } from './store-messages.ts'

const KEPT_MS = 7 * 86_400_000
/** After a reload the page before may still have the files open for a moment. */
const OPEN_TRIES = 5
const OPEN_PAUSE_MS = 100

/** Undefined while nothing can be kept: another tab has this share open, or the browser has no such files. */
let store: SlotFile | undefined
let storeOf: string | undefined

addEventListener('message', ({ data, ports }: MessageEvent<'connect'>) => {
  const [port] = ports
  if (data !== 'connect' || port === undefined) return
  const answer = (message: StoreAnswer, transfer: Transferable[] = []): void =>
    port.postMessage(message, transfer)
  // One after the other: an `open` takes a moment, and what follows it needs it.
  let turn = Promise.resolve()
  port.addEventListener('message', (event: MessageEvent<StoreAsk>) => {
    turn = turn.then(() => take(event.data, answer))
  })
  port.start()
})

async function take(
  ask: StoreAsk,
  answer: (message: StoreAnswer, transfer?: Transferable[]) => void,
): Promise<void> {
  switch (ask.type) {
    case 'open':
      store?.close()
      storeOf = ask.shareId
      store = await open(ask.shareId, ask.bytesMax)
      answer({ type: 'opened', indexes: store?.indexes ?? [] })
      break
    case 'put': {
      const { index, sealed } = ask
      const isKept = tryPut(index, sealed)
      answer({ type: 'put-done', index, sealed, isKept }, [sealed.buffer])
      break
    }
    case 'get': {
      const sealed = store?.get(ask.index)
      answer({ type: 'got', id: ask.id, sealed }, sealed === undefined ? [] : [sealed.buffer])
      break
    }
    case 'drop':
      store?.drop(ask.index)
      break
    case 'forget':
      if (storeOf === ask.shareId) closeStore()
      await removeStore(ask.shareId)
  }
}

function closeStore(): void {
  store?.close()
  store = undefined
}

function tryPut(index: number, sealed: Bytes): boolean {
  try {
    return store?.put(index, sealed) ?? false
  } catch {
    // The quota is exceeded: the download goes on without a copy here.
    return false
  }
}

async function open(shareId: string, bytesMax: number): Promise<SlotFile | undefined> {
  try {
    const folder = await storeFolder()
    await removeOld(folder, shareId)
    const names = storeNames(shareId)
    const data = await openFile(folder, names.data)
    const map = await openFile(folder, names.map)
    return new SlotFile(data, map, await boundOf(bytesMax))
  } catch {
    // A private window, or another tab with the same link: this tab keeps nothing and works all the same.
    return undefined
  }
}

async function openFile(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemSyncAccessHandle> {
  const file = await folder.getFileHandle(name, { create: true })
  for (let tries = 1; ; tries += 1) {
    try {
      return await file.createSyncAccessHandle()
    } catch (cause) {
      if (tries === OPEN_TRIES) throw cause
      await new Promise((resolve) => setTimeout(resolve, OPEN_PAUSE_MS))
    }
  }
}

/** At most half of what the browser would still give. */
async function boundOf(bytesMax: number): Promise<number> {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate()
  return Math.min(bytesMax, (quota - usage) / 2)
}

async function removeOld(folder: FileSystemDirectoryHandle, keep: string): Promise<void> {
  const before = Date.now() - KEPT_MS
  for await (const [name, handle] of folder.entries()) {
    if (!(handle instanceof FileSystemFileHandle) || name.startsWith(keep)) continue
    const { lastModified } = await handle.getFile()
    // Refused while another tab has it open, and then it is not old.
    if (lastModified < before) await folder.removeEntry(name).catch(() => undefined)
  }
}
