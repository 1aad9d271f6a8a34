import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtempDisposable, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as v from 'valibot'

/** What a file in test/full or test/bench exports: a test at full size, or a measurement. */
export type Case = Readonly<{
  /** The rule or the ratio, in a few words. */
  title: string
  /** @returns The figures for the case's line. Throws where the rule does not hold. */
  run(context: CaseContext): Promise<string>
}>

export type CaseContext = Readonly<{
  /** Empty at the start and gone at the end; below SKERRY_CASE_DIR, or the system's temporary folder. */
  dir: string
  /** Says on standard error how far a long case is. */
  note(text: string): void
}>

type CaseRun = Readonly<{
  /** Each `.ts` file in it but `run.ts` is a case. */
  folder: string
  /** Parts of file names, of which one must fit; `--fresh` runs again what is kept. */
  argv: readonly string[]
  /** Where finished cases are kept, so that a stopped run goes on; nowhere if undefined. */
  keptIn?: string
}>

const KeptSchema = v.record(v.string(), v.object({ commit: v.string(), line: v.string() }))
type Kept = v.InferOutput<typeof KeptSchema>

/**
 * Runs the cases one after the other and prints one line each.
 *
 * @returns The exit code: 1 if a case failed or none fits, else 0.
 */
export async function runCases({ folder, argv, keptIn }: CaseRun): Promise<number> {
  const all = await caseNames(folder)
  const parts = argv.filter((part) => part !== '--fresh')
  const names = all.filter((name) => isChosen(name, parts, all))
  if (names.length === 0) process.stderr.write(`No case fits. There are: ${all.join(', ')}.\n`)
  const kept = argv.includes('--fresh') ? {} : await readKept(keptIn)
  const commit = currentCommit()
  let passedCount = 0
  for (const name of names) {
    const before = kept[name]
    const isKept = before?.commit === commit
    const { isOk, line } = isKept
      ? { isOk: true, line: `${before.line}  (kept)` }
      : await runCase(join(folder, `${name}.ts`))
    process.stdout.write(`${line}\n`)
    if (!isOk) continue
    passedCount += 1
    // A changed checkout is no commit: what went well in it says nothing about the next run.
    if (isKept || commit.endsWith('-dirty')) continue
    kept[name] = { commit, line }
    await writeKept(keptIn, kept)
  }
  return names.length > 0 && passedCount === names.length ? 0 : 1
}

async function caseNames(folder: string): Promise<string[]> {
  const files = await readdir(folder)
  const cases = files.filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  return cases.map((file) => basename(file, '.ts')).toSorted()
}

/** A whole name fits its case alone. */
function isChosen(name: string, parts: readonly string[], all: readonly string[]): boolean {
  const fits = (part: string): boolean => (all.includes(part) ? name === part : name.includes(part))
  return parts.length === 0 || parts.some((part) => fits(part))
}

async function loadCase(path: string): Promise<Case> {
  const module: unknown = await import(pathToFileURL(path).href)
  if (isCase(module)) return module
  throw new Error(`${path} exports no title and run`)
}

function isCase(module: unknown): module is Case {
  if (typeof module !== 'object' || module === null) return false
  const found: Partial<Record<keyof Case, unknown>> = module
  return typeof found.title === 'string' && typeof found.run === 'function'
}

async function runCase(path: string): Promise<{ isOk: boolean; line: string }> {
  const startMs = performance.now()
  const seconds = (): string => `${((performance.now() - startMs) / 1000).toFixed(1)}s`
  const root = process.env['SKERRY_CASE_DIR'] ?? tmpdir()
  let title = basename(path)
  try {
    const chosen = await loadCase(path)
    title = chosen.title
    await using folder = await mkdtempDisposable(join(root, 'skerry-case-'))
    const figures = await chosen.run({ dir: folder.path, note })
    return { isOk: true, line: `ok  ${title}  ${figures}  ${seconds()}` }
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error))
    note(reason.stack ?? reason.message)
    const [firstLine = ''] = reason.message.split('\n')
    return { isOk: false, line: `FAIL  ${title}  ${firstLine}  ${seconds()}` }
  }
}

function note(text: string): void {
  process.stderr.write(`    ${text}\n`)
}

function currentCommit(): string {
  const question = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*']
  return execFileSync('git', question, { encoding: 'utf8' }).trim()
}

async function readKept(path: string | undefined): Promise<Kept> {
  if (path === undefined || !existsSync(path)) return {}
  return v.parse(KeptSchema, JSON.parse(await readFile(path, 'utf8')))
}

async function writeKept(path: string | undefined, kept: Kept): Promise<void> {
  if (path === undefined) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(kept, undefined, 2)}\n`)
}
