import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A disk of its own, in memory: what is written to it can really not fit. */
export class SmallDisk implements Disposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** @param path - A folder to make. @returns undefined where this process may make none. */
  static mount(path: string, bytes: number): SmallDisk | undefined {
    mkdirSync(path, { recursive: true })
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
    return status === 0 ? new SmallDisk(path) : undefined
  }

  /** Whether this process may make any. */
  static canMount(folder: string): boolean {
    using disk = SmallDisk.mount(join(folder, 'probe'), 4096)
    return disk !== undefined
  }

  /** Takes all room that is left. */
  async fill(): Promise<void> {
    const { bavail, bsize } = statfsSync(this.path)
    await writeFile(join(this.path, 'filler'), Buffer.alloc(bavail * bsize))
  }

  /** Gives it back. */
  free(): void {
    rmSync(join(this.path, 'filler'))
  }

  [Symbol.dispose](): void {
    spawnSync('umount', ['--lazy', this.path])
  }
}
