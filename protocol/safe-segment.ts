import { encodeUtf8 } from './bytes.ts'
import { deceptiveCharacters } from './deceptive-characters.ts'
import { SEGMENT_BYTES_MAX } from './limits.ts'

/** Devices on Windows, whatever stands after the first dot or colon (naming rules of Win32). */
const reservedName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:[.:]|$)/i
const extension = /(?:\.tar)?\.[^.\s]{1,16}$/iu
const encoder = new TextEncoder()

/**
 * Makes one segment of a path safe; `safePath` says how.
 *
 * @param name - Not empty, without `/`, neither `.` nor `..`.
 * @param windows - Also leave out what Windows refuses.
 * @returns 1 to SEGMENT_BYTES_MAX bytes.
 */
export function safeSegment(name: string, windows: boolean): string {
  const fit = (text: string): string => (windows ? trimEnd(shorten(text)) : shorten(text))
  const cleaned = fit(clean(name, windows))
  // Asked after cutting, which can lay a device name bare; with `_` before it, no other cut can.
  return reservedName.test(cleaned) ? fit(`_${cleaned}`) : cleaned
}

/**
 * Splits a name before its extension. `.tar.gz` is one; a name that starts with its only dot has none.
 *
 * @returns The stem, never empty for a name, and the extension with its dot: at most 70 bytes.
 */
export function splitExtension(name: string): [stem: string, extension: string] {
  const start = extension.exec(name)?.index ?? 0
  return start === 0 ? [name, ''] : [name.slice(0, start), name.slice(start)]
}

/** The longest start of `text` that takes at most `bytesMax` bytes in UTF-8, cut between code points. */
export function cutText(text: string, bytesMax: number): string {
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(bytesMax)).read)
}

function clean(name: string, windows: boolean): string {
  const text = name.replace(deceptiveCharacters, '_').replaceAll('\\', '_')
  return windows ? text.replaceAll(/[<>:"|?*]/g, '_') : text
}

/** Windows drops dots and spaces at the end when it makes a file. */
function trimEnd(name: string): string {
  return name.replace(/[. ]+$/, '') || '_'
}

function shorten(name: string): string {
  if (encodeUtf8(name).length <= SEGMENT_BYTES_MAX) return name
  const [stem, end] = splitExtension(name)
  return cutText(stem, SEGMENT_BYTES_MAX - encodeUtf8(end).length) + end
}
