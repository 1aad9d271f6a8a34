import { createHash, randomFillSync } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createRandom } from '../random.ts'

const MIB = 1024 * 1024

/** A file of random bytes: nothing on the way can compress or share it. */
export async function writeRandomFile(path: string, bytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await using file = await open(path, 'w')
  const block = Buffer.allocUnsafe(MIB)
  for (let written = 0; written < bytes; written += MIB) {
    randomFillSync(block)
    await file.write(block, 0, Math.min(MIB, bytes - written))
  }
}

/** `count` files of 0 to 2,000 bytes in folders of a hundred, the same for the same seed. */
export async function writeSmallFiles(dir: string, count: number, seed = 1): Promise<void> {
  const random = createRandom(seed)
  for (let i = 0; i < count; i += 1) {
    const folder = join(dir, `folder ${Math.floor(i / 100)}`)
    if (i % 100 === 0) await mkdir(folder, { recursive: true })
    const bytes = Buffer.alloc(Math.floor(random() * 2000), `${i} `)
    await writeFile(join(folder, `file-${i}.txt`), bytes)
  }
}

/** SHA-256 of every file below `dir` by its path; `empty folder` for a folder with nothing in it. */
export async function hashTree(dir: string): Promise<Map<string, string>> {
  const hashes = new Map<string, string>()
  await addTree(dir, dir, hashes)
  return new Map([...hashes].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function addTree(root: string, dir: string, hashes: Map<string, string>): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true })
  if (entries.length === 0 && dir !== root) hashes.set(`${relative(root, dir)}/`, 'empty folder')
  for (const entry of entries) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) await addTree(root, path, hashes)
    else hashes.set(relative(root, path), await hashFile(path))
  }
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash)
  return hash.digest('hex')
}
