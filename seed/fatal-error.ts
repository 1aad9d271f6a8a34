/** sysexits.h EX_SOFTWARE: whoever supervises the process starts it again. */
export const FATAL_EXIT_CODE = 70

/**
 * What was promised as durable may not be, so the process must end: after a failed fsync the kernel may have
 * dropped the very pages that a second fsync would report as written.
 *
 * @see https://wiki.postgresql.org/wiki/Fsync_Errors
 */
export class FatalError extends Error {
  override readonly name = 'FatalError'
}

/** Called once, with what went wrong. Nothing is answered, stored or signed after it. */
export type OnFatal = (error: FatalError) => void

/** Ends the process at once: an orderly end would write. */
export const exitOnFatal: OnFatal = (error) => {
  console.error(`fatal: ${error.message}`)
  process.exit(FATAL_EXIT_CODE)
}
