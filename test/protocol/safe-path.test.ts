import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../protocol/bytes.ts'
import { safePath, safePaths } from '../../protocol/safe-path.ts'

const long = 'ü'.repeat(127)

describe('a path', () => {
  it.each([
    'a',
    'a/b/c.txt',
    'folder/',
    ' leading and trailing ',
    'two  spaces.tar.gz',
    'trailing dots...',
    '...',
    '.hidden/..config',
    'a<b>c:d"e|f?g*h',
    '-rf',
    '~',
    '$HOME `id` ;',
    '北極星/Ελλάδα/שלום/😀👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿.png',
    'e\u0301 is not \u00E9',
    `${long}x`,
    'x'.repeat(255),
    'console.log/aux1/NULL/com/COM10/lpt',
    'a/C:/b',
    Array.from({ length: 32 }, () => 'd').join('/'),
  ])('that is ordinary on Linux comes through unchanged: %j', (path) => {
    expect(safePath(path)).toBe(path)
  })

  it.each([
    ['', 'unnamed'],
    ['/', 'unnamed/'],
    ['.', 'unnamed'],
    ['../..', 'unnamed'],
    ['../../etc/passwd', 'etc/passwd'],
    ['a/../../b', 'a/b'],
    ['/etc//passwd', 'etc/passwd'],
    ['./a/./b/', 'a/b/'],
    ['C:/Windows/x', 'Windows/x'],
    ['/c:/D:/x', 'x'],
    ['C:', 'unnamed'],
    ['..\\..\\x', '.._.._x'],
    ['\\\\host\\share', '__host_share'],
    ['a\u0000b', 'a_b'],
    ['a\nb\u001B[2J\u007F\u0085', 'a_b_[2J__'],
    ['.\u202E.', '._.'],
    ['exe.\u202Efdp', 'exe._fdp'],
    ['\u061C\u200E\u200F\u202A\u202D\u2066\u2069\u2028\u2029', '_________'],
    ['lone\uD800', 'lone_'],
    ['CON', '_CON'],
    ['folder/nul/aux.h', 'folder/_nul/_aux.h'],
    ['Com1.tar.gz', '_Com1.tar.gz'],
    ['com¹', '_com¹'],
    ['CON .txt', '_CON .txt'],
    ['prn:stream', '_prn:stream'],
    ['conin$', '_conin$'],
  ])('is made safe everywhere: %j becomes %j', (path, safe) => {
    expect(safePath(path)).toBe(safe)
  })

  it.each([
    ['a<b>c:d"e|f?g*h', 'a_b_c_d_e_f_g_h'],
    ['name. . .', 'name'],
    ['folder. /file.', 'folder/file'],
    ['...', '_'],
    [' ', '_'],
    ['.. /x', '_/x'],
    ['CON. ', '_CON'],
    ['C:file', 'C_file'],
    ['file:stream', 'file_stream'],
  ])('is made safe for Windows: %j becomes %j', (path, safe) => {
    expect(safePath(path, { windows: true })).toBe(safe)
  })

  it('keeps the extension where a name is too long, and cuts no character', () => {
    expect(safePath(`${'x'.repeat(300)}.jpeg`)).toBe(`${'x'.repeat(250)}.jpeg`)
    expect(safePath(`${'x'.repeat(300)}.tar.gz`)).toBe(`${'x'.repeat(248)}.tar.gz`)
    expect(safePath('😀'.repeat(100))).toBe('😀'.repeat(63))
    expect(safePath(`x.${'y'.repeat(300)}`)).toBe(`x.${'y'.repeat(253)}`)
  })

  it('stays harmless where cutting would lay a device name bare', () => {
    const safe = safePath(`CON${' '.repeat(300)}x.txt`)
    expect(safe).toBe(`_CON${' '.repeat(247)}.txt`)
    expect(safePath(safe)).toBe(safe)
  })

  it('moves a file up where folders are too deep or their names too long together', () => {
    const deep = Array.from({ length: 40 }, (_, i) => `d${i}`)
    expect(safePath([...deep, 'file.txt'].join('/'))).toBe(
      [...deep.slice(0, 31), 'file.txt'].join('/'),
    )
    const wide = Array.from({ length: 20 }, () => 'w'.repeat(255))
    expect(safePath([...wide, 'file.txt'].join('/'))).toBe(
      [...wide.slice(0, 8), 'file.txt'].join('/'),
    )
  })
})

describe('the paths of an index', () => {
  it.each<[string[], string[]]>([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a.txt', 'a.txt', 'a.txt'],
      ['a.txt', 'a (2).txt', 'a (3).txt'],
    ],
    [
      ['x/a.tar.gz', '/x/./a.tar.gz'],
      ['x/a.tar.gz', 'x/a (2).tar.gz'],
    ],
    [
      ['.profile', '.profile'],
      ['.profile', '.profile (2)'],
    ],
    // Nobody loses their name to a number.
    [
      ['a', 'a', 'a (2)'],
      ['a', 'a (3)', 'a (2)'],
    ],
    // A file gives way to a folder, wherever it stands.
    [
      ['a', 'a/b'],
      ['a (2)', 'a/b'],
    ],
    [
      ['a/b', 'a'],
      ['a/b', 'a (2)'],
    ],
    [
      ['a', 'a/'],
      ['a (2)', 'a/'],
    ],
    [
      ['a', 'a/b', 'a (2)/c'],
      ['a (3)', 'a/b', 'a (2)/c'],
    ],
    // An empty folder that is not empty is no clash; the same one twice is.
    [
      ['a/', 'a/b'],
      ['a/', 'a/b'],
    ],
    [
      ['v1.2/', 'v1.2/'],
      ['v1.2/', 'v1.2 (2)/'],
    ],
    [
      ['A', 'a', '\u00E9', 'e\u0301'],
      ['A', 'a', '\u00E9', 'e\u0301'],
    ],
  ])('differ: %j become %j', (paths, safe) => {
    expect(safePaths(paths, { twins: 'keep' })).toEqual(safe)
  })

  it.each<[string[], string[]]>([
    [
      ['A.txt', 'a.TXT'],
      ['A.txt', 'a (2).TXT'],
    ],
    [
      ['\u00E9', 'e\u0301', 'E\u0301'],
      ['\u00E9', 'e\u0301 (2)', 'E\u0301 (3)'],
    ],
    [
      ['stra\u00DFe', 'STRASSE'],
      ['stra\u00DFe', 'STRASSE (2)'],
    ],
    [
      ['ΟΔΟΣ', 'οδος', 'οδοσ'],
      ['ΟΔΟΣ', 'οδος (2)', 'οδοσ (3)'],
    ],
    // Two spellings of one letter, whose marks turn into letters when they are made capitals.
    [
      ['α\u0345\u0301', 'α\u0301\u0345'],
      ['α\u0345\u0301', 'α\u0301\u0345 (2)'],
    ],
    [
      ['DOCS', 'docs/a'],
      ['DOCS (2)', 'docs/a'],
    ],
    [
      ['Docs/a', 'docs/b'],
      ['Docs/a', 'docs/b'],
    ],
    [
      ['Docs/a', 'docs/A'],
      ['Docs/a', 'docs/A (2)'],
    ],
  ])('differ by more than case or Unicode form where told: %j become %j', (paths, safe) => {
    expect(safePaths(paths, { twins: 'rename' })).toEqual(safe)
  })

  it('differ as well where only what Windows refuses told them apart', () => {
    const paths = ['a?', 'a*', 'a.', 'a']
    const safe = ['a_', 'a_ (2)', 'a', 'a (2)']
    expect(safePaths(paths, { twins: 'rename', windows: true })).toEqual(safe)
  })

  it('have room for the number in a name of full length', () => {
    const name = `${'x'.repeat(251)}.txt`
    const [, second] = safePaths([name, name], { twins: 'keep' })
    expect(second).toBe(`${'x'.repeat(242)} (2).txt`)
  })

  it.each([1, 2, 3])('B05: are safe, different, bounded and stable, seed %i', (seed) => {
    const options = fc.record({
      twins: fc.constantFrom('keep', 'rename'),
      windows: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(hostilePath(), { maxLength: 12 }), options, (paths, given) => {
        const safe = safePaths(paths, given)
        expect(safe).toHaveLength(paths.length)
        for (const path of safe) expectSafe(path, given.windows)
        expectDistinct(safe, given.twins)
        expect(safePaths(safe, given)).toEqual(safe)
      }),
      { seed, numRuns: 700 },
    )
  })

  it('B06: take time in proportion to their number, however they clash', () => {
    const cuts = Array.from({ length: 20_000 }, (_, i) => `${'x'.repeat(240)}${i % 10_000}`)
    const numbers = Array.from({ length: 20_000 }, (_, i) => `a (${i + 2})`)
    const paths = [...Array.from({ length: 20_000 }, () => 'a'), ...numbers, ...cuts]
    const safe = safePaths(paths, { twins: 'rename' })
    expect(new Set(safe).size).toBe(paths.length)
    expect(safe[19_999]).toBe('a (40000)')
  }, 20_000)
})

/** Paths made of what has ever broken one. */
function hostilePath(): fc.Arbitrary<string> {
  const parts = [
    'a',
    'A',
    'b',
    '.',
    '..',
    '...',
    '',
    ' ',
    'CON',
    'nul.txt',
    'C:',
    '\\',
    '\u0000',
    '\n',
    '\u202E',
    '\uD800',
    '😀',
    'ß',
    'SS',
    'é',
    'e\u0301',
    '?',
    ':',
    'x'.repeat(200),
    'a (2)',
    '.tar',
    '.gz',
    'd/'.repeat(40),
  ]
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...parts) },
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  const segment = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(''))
  return fc.array(segment, { maxLength: 4 }).map((segments) => segments.join('/'))
}

function expectSafe(path: string, windows: boolean): void {
  const segments = path.replace(/\/$/, '').split('/')
  expect(segments.length).toBeLessThanOrEqual(32)
  for (const segment of segments) {
    expect(['', '.', '..']).not.toContain(segment)
    expect(encodeUtf8(segment).length).toBeLessThanOrEqual(255)
    expect(segment).not.toMatch(/[\\\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u)
    expect(segment).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)/i)
    expect(windows ? segment : '').not.toMatch(/[<>:"|?*]|[. ]$/)
  }
  expect(segments[0]).not.toMatch(/^[a-z]:$/i)
}

function expectDistinct(paths: readonly string[], twins: 'keep' | 'rename'): void {
  const keys = paths.map((path) => (twins === 'keep' ? path : path.normalize('NFC').toLowerCase()))
  expect(new Set(keys).size).toBe(keys.length)
  const files = keys.filter((key) => !key.endsWith('/'))
  for (const file of files) expect(keys.filter((key) => key.startsWith(`${file}/`))).toEqual([])
}
