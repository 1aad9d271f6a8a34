import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = import.meta.dirname
const ID = /\b[A-F]\d{2}\b/g

/** The tests that `test/THREATS.md` names for each id. */
const listed = new Map(
  readFileSync(`${folder}/THREATS.md`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, id, , files] = line.split('|').map((cell) => cell.trim())
      if (id === undefined || files === undefined || !/^[A-F]\d{2}$/.test(id)) return []
      return [[id, [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file)] as const]
    }),
)

const tests = globSync('**/*.test.ts', { cwd: folder })

describe('the list of threats', () => {
  it('has every id that a test names', () => {
    const named = tests.flatMap((file) => {
      const text = `${file}\n${readFileSync(`${folder}/${file}`, 'utf8')}`
      return (text.match(ID) ?? []).filter((id) => !listed.has(id)).map((id) => `${file}: ${id}`)
    })
    expect(named.filter((name) => !name.startsWith('threats.test.ts'))).toEqual([])
  })

  it('names a test for each, which is there', () => {
    const lacking = [...listed].filter(([, files]) => files.length === 0).map(([id]) => id)
    const gone = [...listed.values()].flat().filter((file) => !existsSync(`${folder}/${file}`))
    expect([lacking, gone]).toEqual([[], []])
    expect(listed.size).toBeGreaterThan(80)
  })
})
