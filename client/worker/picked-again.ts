import { TransferError } from '../../protocol/errors.ts'
import { changedFile, isSameFile, type KeptFile } from '../engine/send/journal.ts'
import type { PickedFile } from './messages.ts'
import { PageFile } from './page-file.ts'
import type { MissingSnapshot } from './snapshot.ts'

const SHOWN_MAX = 5
/** In front of the ending of a name. */
const NUMBER = / \(\d+\)(?=(?:\.[^./]*)?$)/

/** What of an unfinished share was picked again, however many picks it takes. */
export class PickedAgain {
  readonly #kept: readonly KeptFile[]
  readonly #found = new Map<string, PickedFile>()
  #lacking: readonly KeptFile[]
  #missing: MissingSnapshot | undefined

  constructor(kept: readonly KeptFile[]) {
    this.#kept = kept
    this.#lacking = this.#lackingNow()
  }

  get isWhole(): boolean {
    return this.#lacking.length === 0
  }

  /** What is still to be picked; undefined before the first pick, and after the last. */
  get missing(): MissingSnapshot | undefined {
    return this.#missing
  }

  /** All of the share, in its order; undefined while some are missing. */
  get files(): PickedFile[] | undefined {
    if (!this.isWhole) return undefined
    return this.#kept.map(({ path }) => this.#found.get(path) ?? { path, file: undefined, size: 0 })
  }

  /**
   * Takes those that are of the share; new ones among them never were.
   *
   * @throws {TransferError} FILES_DIFFER if one is no longer as it was, or none is of the share.
   */
  add(picked: readonly PickedFile[]): void {
    const byPath = new Map(renumber(picked, this.#kept).map((one) => [one.path, one]))
    const kept = this.#kept.filter(({ path }) => byPath.has(path))
    const known = kept.flatMap(({ path }) => byPath.get(path) ?? [])
    if (known.length === 0)
      throw new TransferError('FILES_DIFFER', 'Nothing of what was chosen belongs to this share.')
    const changed = changedFile(
      kept,
      known.map((one) => new PageFile(one)),
    )
    if (changed !== undefined) {
      const message = `The files are not the ones of this share: ${changed}.`
      throw new TransferError('FILES_DIFFER', message)
    }
    for (const one of known) this.#found.set(one.path, one)
    this.#lacking = this.#lackingNow()
    this.#missing = missingOf(this.#lacking)
  }

  /** An empty folder lacks nothing: no picker lists it, and it has no bytes. */
  #lackingNow(): KeptFile[] {
    return this.#kept.filter(({ path }) => !path.endsWith('/') && !this.#found.has(path))
  }
}

/**
 * Files of one name were numbered as they were chosen, and whoever picks them again picks them by the name that they
 * have, or in another order.
 */
function renumber(picked: readonly PickedFile[], kept: readonly KeptFile[]): PickedFile[] {
  const byPath = new Map(kept.map((one) => [one.path, one]))
  const numbered = new Set(kept.filter(({ path }) => NUMBER.test(path)).map(plainName))
  const twins = kept.filter((one) => numbered.has(plainName(one)))
  const byName = Map.groupBy(twins, plainName)
  return picked.map((one) => {
    if (isSameFile(new PageFile(one), byPath.get(one.path))) return one
    const others = byName.get(one.file?.name ?? nameOf(one.path)) ?? []
    const twin = others.find((other) =>
      isSameFile(new PageFile({ ...one, path: other.path }), other),
    )
    return { ...one, path: twin?.path ?? one.path }
  })
}

function plainName({ path }: KeptFile): string {
  return nameOf(path).replace(NUMBER, '')
}

/** A few by their paths, many by the folders to pick. */
function missingOf(missing: readonly KeptFile[]): MissingSnapshot | undefined {
  if (missing.length === 0) return undefined
  const paths = missing.map(({ path }) => path)
  const names = paths.length <= SHOWN_MAX ? paths : [...new Set(paths.map(topOf))]
  const shown = names.slice(0, SHOWN_MAX)
  return { fileCount: paths.length, names: shown, moreCount: names.length - shown.length }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function topOf(path: string): string {
  const slash = path.indexOf('/')
  return slash < 0 ? path : path.slice(0, slash + 1)
}
