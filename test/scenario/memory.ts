import { readFile, writeFile } from 'node:fs/promises'

/** How much a process grew since it was watched first: its peak, as the kernel counts it. Linux only. */
export class MemoryWatch {
  readonly #pid: number
  readonly #startBytes: number

  private constructor(pid: number, startBytes: number) {
    this.#pid = pid
    this.#startBytes = startBytes
  }

  static async start(pid: number): Promise<MemoryWatch> {
    // Forgets the peak of what came before.
    await writeFile(`/proc/${pid}/clear_refs`, '5')
    return new MemoryWatch(pid, await readBytes(pid, 'VmRSS'))
  }

  /** In bytes; the process must still live. */
  async grownBytes(): Promise<number> {
    return (await readBytes(this.#pid, 'VmHWM')) - this.#startBytes
  }
}

async function readBytes(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kib === undefined) throw new Error(`no ${field} of process ${pid}`)
  return Number(kib) * 1024
}
