import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { TransferError } from '../../protocol/errors.ts'

/**
 * Reads a secret from a file, or from standard input for `-`: arguments are seen by everyone on the machine.
 *
 * @param what - What it is, for the error: "the password".
 * @returns The text without the line break at its end.
 * @throws {TransferError} USAGE if there is none to read.
 */
export async function readSecret(file: string, what: string): Promise<string> {
  const content = file === '-' ? await text(process.stdin) : await readText(file, what)
  const secret = content.replace(/\r?\n$/, '')
  if (secret !== '') return secret
  throw new TransferError('USAGE', `There is no text where ${what} should be.`)
}

/** As `readSecret`, where the person may leave it out. */
export async function readOptionalSecret(
  file: string | undefined,
  what: string,
): Promise<string | undefined> {
  return file === undefined ? undefined : readSecret(file, what)
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new TransferError('USAGE', `${file}, where ${what} should be, cannot be read.`, { cause })
  }
}

/** A link may be given as it is, or be read from standard input (`-`) or a file (`@FILE`). */
export async function readLink(argument: string): Promise<string> {
  if (argument === '-') return readSecret('-', 'the link')
  return argument.startsWith('@') ? readSecret(argument.slice(1), 'the link') : argument
}
