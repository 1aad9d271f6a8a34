import { html } from 'lit'

/** Outlines on a grid of 24. */
const outlines = {
  alert: 'M12 3.5 2.5 20h19z M12 10v4.5 M12 17.2v.1',
  check: 'M5 12.5 10 17.5 19.5 7',
  chevron: 'M9.5 6l6 6-6 6',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z M12 7.5V12l3 2',
  close: 'M6.5 6.5l11 11 M17.5 6.5l-11 11',
  copy: 'M9 9h11v11H9z M5.5 15H4V4h11v1.5',
  down: 'M12 4v11.5 M7 10.5l5 5 5-5 M5 20h14',
  file: 'M6 3h8l5 5v13H6z M14 3v5h5',
  folder: 'M3 5.5h6.5l2 2.5H21v11.5H3z',
  lock: 'M5.5 11h13v9.5h-13z M8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  pause: 'M9 7v10 M15 7v10',
  people:
    'M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z M2.5 20c0-3.5 2.9-5.5 6.5-5.5s6.5 2 6.5 5.5 M16 5a3.5 3.5 0 0 1 0 6.5 M18 15c2.2.7 3.5 2.4 3.5 5',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z M15.2 15.2 20 20',
  share: 'M12 15V4 M8 7.5l4-4 4 4 M5 12v8h14v-8',
  stop: 'M7 7h10v10H7z',
  up: 'M12 19.5V5 M6 11l6-6 6 6',
} as const

export type IconName = keyof typeof outlines

/** A small drawing beside words that say the same: nothing for a screen reader. */
export function icon(name: IconName): unknown {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d=${outlines[name]} />
  </svg>`
}
