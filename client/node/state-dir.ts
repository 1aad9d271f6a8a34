import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { diskFault } from './disk-fault.ts'
import { makeFolders } from './make-folders.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where commands keep what they know between runs: $SKERRY_HOME, else the place the desktop names for it. */
export function stateDir(environment: Environment = process.env): string {
  const { SKERRY_HOME: own, XDG_STATE_HOME: common } = environment
  if (own !== undefined && own !== '') return resolve(own)
  // The XDG base directory specification says to ignore relative paths.
  const base = common?.startsWith('/') === true ? common : join(homedir(), '.local', 'state')
  return join(base, 'skerry')
}

/**
 * Makes a folder of the state directory, for this person alone: secrets of unfinished shares lie there.
 *
 * @throws {TransferError} FILE_UNREADABLE or DISK_FULL, naming the folder.
 */
export async function openStateDir(...names: readonly string[]): Promise<string> {
  const path = join(stateDir(), ...names)
  try {
    await makeFolders(path, 0o700)
    return path
  } catch (cause) {
    throw stateFault(cause)
  }
}

/** What a failure in the state directory means for a person. */
export function stateFault(cause: unknown): unknown {
  return diskFault(
    cause,
    stateDir(),
    'Skerry keeps its state there; SKERRY_HOME names another folder.',
  )
}
