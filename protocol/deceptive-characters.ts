/**
 * Characters that a name may not contain anywhere, because they make a terminal, a log or a reader see
 * something else than what is there: control characters (with NUL and line ends), bidirectional marks,
 * overrides and isolates (UTR #36), line and paragraph separators, lone surrogates.
 *
 * Joiners and tags stay: writing systems and emoji need them.
 */
export const deceptiveCharacters = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/gu

export function hasDeceptiveCharacters(text: string): boolean {
  // `search` ignores `lastIndex`, which `test` of a global expression would keep.
  return text.search(deceptiveCharacters) >= 0
}
