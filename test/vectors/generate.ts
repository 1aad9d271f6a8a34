import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildAcceptance } from './build/acceptance.ts'
import { buildCheckpoint } from './build/checkpoint.ts'
import { buildChunk } from './build/chunk.ts'
import { buildEd25519 } from './build/ed25519.ts'
import { buildEnvelope } from './build/envelope.ts'
import { buildFrames } from './build/frames.ts'
import { buildGenesis } from './build/genesis.ts'
import { buildHashList } from './build/hash-list.ts'
import { buildKeys } from './build/keys.ts'
import { buildPadme } from './build/padme.ts'
import { buildRecords } from './build/records.ts'
import { buildIndex } from './build/share-index.ts'
import { buildSignals } from './build/signals.ts'
import { buildTokens } from './build/tokens.ts'
import { formatVectors, type VectorFile } from './vector-file.ts'

const builders = {
  'acceptance.json': buildAcceptance,
  'checkpoint.json': buildCheckpoint,
  'chunk.json': buildChunk,
  'ed25519.json': buildEd25519,
  'envelope.json': buildEnvelope,
  'frames.json': buildFrames,
  'genesis.json': buildGenesis,
  'hash-list.json': buildHashList,
  'index.json': buildIndex,
  'keys.json': buildKeys,
  'padme.json': buildPadme,
  'records.json': buildRecords,
  'signals.json': buildSignals,
  'tokens.json': buildTokens,
} as const satisfies Record<string, () => VectorFile | Promise<VectorFile>>

/**
 * `node test/vectors/generate.ts` writes all files of vectors from fixed inputs; with `--check` it writes none
 * and fails if one of them differs. A released vector is never edited: a changed format gets new ones.
 */
async function main(isCheck: boolean): Promise<void> {
  for (const [name, build] of Object.entries(builders)) {
    const path = join(import.meta.dirname, name)
    const text = formatVectors(await build())
    if (!isCheck) await writeFile(path, text)
    else if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
      process.stderr.write(`${path} is not what the code makes.\n`)
      process.exitCode = 1
    }
  }
}

await main(process.argv.includes('--check'))
