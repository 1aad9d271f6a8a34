import { html } from 'lit'

/** `a.txt, b.txt and 3 more`. Each name keeps to its own direction. @param more - How many are not named. */
export function nameList(names: readonly string[], more: number): unknown {
  const parts = names.map((name, i) => html`${comma(i, names.length, more)}<bdi>${name}</bdi>`)
  return more > 0 ? html`${parts} and ${more.toLocaleString('en')} more` : parts
}

function comma(i: number, count: number, more: number): string {
  if (i === 0) return ''
  return i === count - 1 && more === 0 ? ' and ' : ', '
}
