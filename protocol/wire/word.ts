import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'
import { assert } from '../errors.ts'

/** A u8 that stands for one of the words: its place in the list. */
export function writeWord<Word extends string>(
  writer: ByteWriter,
  words: readonly Word[],
  word: Word,
): void {
  assert(words.includes(word), 'a word of the list')
  writer.u8(words.indexOf(word))
}

export function readWord<Word extends string>(reader: ByteReader, words: readonly Word[]): Word {
  const code = reader.u8()
  const word = words[code]
  if (word === undefined) throw reader.fail(`an unknown code ${code}`)
  return word
}
