import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Names and shapes that other systems stumble over. */
export async function writeOddFiles(dir: string): Promise<void> {
  await mkdir(join(dir, 'empty folder', 'inside'), { recursive: true })
  await mkdir(join(dir, 'no files here'))
  const names = [
    'with spaces  and  more.txt',
    'emoji 🏝️🦭.png',
    `${'n'.repeat(251)}.bin`,
    'caf\u00E9.txt',
    'cafe\u0301.txt',
    '#hash %23 ?query&x=1.html',
    '<img src=x onerror=alert(1)>.svg',
    '-rf',
    'quote\'"`$(id).sh',
    'ends with a dot.',
  ]
  for (const name of names) await writeFile(join(dir, name), `content of ${name}`)
  await writeFile(join(dir, 'empty file'), '')
  await writeFile(join(dir, 'empty folder', 'not-empty.txt'), 'x')
  await chmod(join(dir, 'quote\'"`$(id).sh'), 0o755)
}

/** A name that looks like another one; it is made safe on its way, so it comes back under another name. */
export const DECEPTIVE_NAME = 'invoice\u202Efdp.exe'
