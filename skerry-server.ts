import { once } from 'node:events'
import proxyAddr from '@fastify/proxy-addr'
import { diskFault } from './client/node/disk-fault.ts'
import { makeFolders } from './client/node/make-folders.ts'
import { TransferError } from './protocol/errors.ts'
import { writeLine, type CommonFlags, type Context } from './skerry-run.ts'

/** Of whatever serves others. */
export type ListenFlags = CommonFlags &
  Readonly<{ host: string; port: number; dir: string; trustProxy?: string[] }>

/** @throws {TransferError} USAGE */
export function proxiesOf({ trustProxy }: ListenFlags): { trustedProxies?: readonly string[] } {
  if (trustProxy === undefined) return {}
  for (const text of trustProxy) checkProxy(text)
  return { trustedProxies: trustProxy }
}

/** As the servers will read it. */
function checkProxy(text: string): void {
  try {
    proxyAddr.compile(text)
  } catch (cause) {
    const message = `${text} is no address of a proxy: it looks like 127.0.0.1 or 10.0.0.0/8`
    throw new TransferError('USAGE', message, { cause })
  }
}

/**
 * Makes a folder of a server, for its operator alone: keys lie there.
 *
 * @throws {TransferError} FILE_UNREADABLE or DISK_FULL, naming the folder.
 */
export async function makeServerFolder(path: string): Promise<void> {
  try {
    await makeFolders(path, 0o700)
  } catch (cause) {
    throw diskFault(cause, path, 'Nothing was started.')
  }
}

/** Says where it serves, once it does. */
export function sayReady({ isJson, output }: Context, said: object, words: string): void {
  if (isJson) writeLine(JSON.stringify({ event: 'ready', ...said }))
  else output.event({ event: 'note', message: words })
}

/** Resolves when the person, the system or the parent process ends the command. */
export async function untilStopped({ signal: stop }: Context): Promise<void> {
  if (!stop.aborted) await once(stop, 'abort')
}
