import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { decodeUtf8, encodeUtf8 } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import {
  FILE_STATS_MAX,
  INDEX_ENTRIES_MAX,
  PATH_BYTES_MAX,
  PATH_DEPTH_MAX,
} from '../../protocol/limits.ts'
import type { FileSource } from '../engine/file-source.ts'
import { inParallel } from './in-parallel.ts'
import { NodeFile, unreadable, type FileStat } from './node-file.ts'

/** A place on the disk and what it is called in the share. */
type Place = Readonly<{
  /** For the system. */
  diskPath: string
  /** For the share: segments joined by `/`. */
  path: string
  /** Folders on the way here, so that a link back to one of them is found out. */
  ancestors: readonly string[]
}>

/**
 * Finds the files to send: a file by its name, a folder with everything below it, in the same order every time.
 * Links are followed. Nothing is read, but it is seen to that everything can be.
 *
 * @throws {TransferError} FILE_UNREADABLE, naming the first path that cannot be sent and why; USAGE for two paths
 *   of one name; SHARE_TOO_LARGE above INDEX_ENTRIES_MAX files.
 */
export async function readFileTree(paths: readonly string[]): Promise<FileSource[]> {
  const places = paths.map((path) => placeOf(path))
  const twice = places.find(({ path }, i) => places.findIndex((other) => other.path === path) !== i)
  if (twice !== undefined) {
    const message = `Two of the given paths are called ${twice.path}. Rename one, or send the folder around them.`
    throw new TransferError('USAGE', message)
  }
  const files: FileSource[] = []
  for (const place of places) await addPlace(place, await inspect(place), files)
  return files
}

function placeOf(argument: string): Place {
  // An empty variable of a script must not send the folder that it runs in.
  if (argument === '') throw new TransferError('USAGE', 'One of the paths to send is empty.')
  const diskPath = resolve(argument)
  const path = basename(diskPath)
  if (path !== '') return { diskPath, path, ancestors: [] }
  throw new TransferError('USAGE', `${argument} has no name to send it under. Name what is in it.`)
}

async function addPlace(place: Place, found: FileStat, files: FileSource[]): Promise<void> {
  if (found.isDirectory()) return addFolder(place, found, files)
  files.push(new NodeFile(place, found))
  if (files.length <= INDEX_ENTRIES_MAX) return
  const message = `These are more than ${INDEX_ENTRIES_MAX} files, and a share holds no more. Send them in parts, or as one archive.`
  throw new TransferError('SHARE_TOO_LARGE', message)
}

async function addFolder(place: Place, folder: FileStat, files: FileSource[]): Promise<void> {
  const identity = `${folder.dev}:${folder.ino}`
  if (place.ancestors.includes(identity)) {
    throw unreadable(`${place.diskPath} leads back into itself through a link: it has no end.`)
  }
  const ancestors = [...place.ancestors, identity]
  const below = (await namesIn(place.diskPath)).map((name) => ({
    diskPath: join(place.diskPath, name),
    path: `${place.path}/${name}`,
    ancestors,
  }))
  if (below.length === 0) files.push(new NodeFile({ ...place, path: `${place.path}/` }, folder))
  for (const { path } of below) checkPath(path)
  const stats = await inParallel(below, FILE_STATS_MAX, (at) => inspect(at))
  for (const [i, at] of below.entries()) {
    const found = stats[i]
    if (found !== undefined) await addPlace(at, found, files)
  }
}

/** In one order on every machine: by code units, whatever the language. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { encoding: 'buffer' }).catch((cause: unknown) => {
    throw unreadable(`${folder} cannot be listed.`, cause)
  })
  return names
    .map((name) => {
      try {
        return decodeUtf8(name)
      } catch (cause) {
        const shown = name.toString('latin1')
        const message = `${join(folder, shown)} has a name that is not UTF-8: it cannot be the same elsewhere. Rename it.`
        throw unreadable(message, cause)
      }
    })
    .toSorted((a, b) => (a < b ? -1 : 1))
}

/** Follows links. @throws {TransferError} FILE_UNREADABLE unless it is a file or folder that may be read. */
async function inspect({ diskPath }: Place): Promise<FileStat> {
  try {
    const found = await stat(diskPath, { bigint: true })
    if (!found.isFile() && !found.isDirectory()) throw strange(diskPath, found)
    await access(diskPath, constants.R_OK | (found.isDirectory() ? constants.X_OK : 0))
    return found
  } catch (cause) {
    if (cause instanceof TransferError) throw cause
    throw unreadable(`${diskPath} ${whyNot(cause)}`, cause)
  }
}

function checkPath(path: string): void {
  const isTooDeep = path.split('/').length > PATH_DEPTH_MAX
  if (!isTooDeep && encodeUtf8(path).length < PATH_BYTES_MAX) return
  const message = `${path} lies too deep: ${PATH_DEPTH_MAX} levels and ${PATH_BYTES_MAX} bytes are the most. Send a folder further down, or an archive.`
  throw new TransferError('USAGE', message)
}

function strange(diskPath: string, found: FileStat): TransferError {
  const kinds = [found.isSocket() && 'a socket', found.isFIFO() && 'a pipe', 'a device']
  const kind = kinds.find((name) => name !== false)
  return unreadable(`${diskPath} is ${kind}, and only files and folders can be sent.`)
}

function whyNot(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') return 'does not exist, or is a link to nothing.'
  if (code === 'ELOOP') return 'is a link that leads to itself.'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by you.'
  return 'cannot be read.'
}
