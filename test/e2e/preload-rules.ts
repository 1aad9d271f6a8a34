import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Rules } from './preload.ts'
import type { RunningSeed } from './network.ts'

const PRELOAD = new URL('preload.ts', import.meta.url).href

/** What a test does to the processes of a network from outside: see `preload.ts`. It can change while they run. */
export class PreloadRules implements AsyncDisposable {
  readonly #dir: string

  private constructor(dir: string) {
    this.#dir = dir
  }

  static async create(rules: Rules = {}): Promise<PreloadRules> {
    const made = new PreloadRules(await mkdtemp(join(tmpdir(), 'skerry-rules-')))
    await made.set(rules)
    return made
  }

  /** For every process that they are for. */
  get env(): NodeJS.ProcessEnv {
    return { NODE_OPTIONS: `--import ${PRELOAD}`, SKERRY_TEST_RULES: this.#path }
  }

  async set(rules: Rules): Promise<void> {
    await writeFile(`${this.#path}.tmp`, JSON.stringify(rules))
    await rename(`${this.#path}.tmp`, this.#path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#dir, { recursive: true })
  }

  get #path(): string {
    return join(this.#dir, 'rules.json')
  }
}

/** What a seed is called in rules. */
export function nameOf({ dir }: RunningSeed): string {
  return basename(dir)
}
