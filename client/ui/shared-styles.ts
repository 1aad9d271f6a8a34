import { css } from 'lit'

/** What every component looks like: text, cards and gaps. Colours and gaps are tokens. */
const textStyles = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  * {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1,
  h2,
  h3 {
    font-size: 1.375rem;
    font-weight: 650;
    line-height: 1.25;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
    /* A letter under a tower of marks stays in its line. */
    overflow: clip;
    overflow-clip-margin: 4px;
  }
  /* A heading takes the focus after what it names came or went; it is no button. */
  :is(h1, h2, h3):focus {
    outline: none;
  }
  strong {
    font-weight: 600;
  }
  .soft {
    color: var(--ink-soft);
  }
  .small {
    font-size: 0.875rem;
  }
  .numbers {
    font-variant-numeric: tabular-nums;
  }
  /* Names come from strangers: each keeps to its own direction and its own line. */
  bdi {
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  .icon {
    flex: none;
    inline-size: 1.25rem;
    block-size: 1.25rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`

const layoutStyles = css`
  .card {
    padding: var(--gap-5);
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--surface);
    box-shadow: var(--shadow);
  }
  /* A sentence that is not to be overlooked, with an icon. */
  .notice {
    display: flex;
    gap: var(--gap-3);
    padding: var(--gap-3) var(--gap-4);
    border-radius: var(--round-small);
    background: var(--warn-ground);
    color: var(--warn);
    overflow-wrap: anywhere;
  }
  .notice.good {
    background: var(--accent-ground);
    color: var(--accent);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-3);
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-5);
  }
  .grow {
    flex: 1 1 auto;
    min-inline-size: 0;
  }
  summary {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--gap-2);
    min-block-size: var(--target);
    border-radius: var(--round-small);
    color: var(--accent);
    font-weight: 600;
    list-style: none;
    cursor: pointer;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary .icon {
    inline-size: 1rem;
    block-size: 1rem;
    stroke-width: 2.25;
    transition: rotate 0.15s;
  }
  summary .icon:dir(rtl) {
    scale: -1 1;
  }
  details[open] > summary .icon {
    rotate: 90deg;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      transition: none !important;
      animation: none !important;
    }
  }
  @media (max-width: 30rem) {
    .card {
      padding: var(--gap-4);
    }
  }
`

const controlStyles = css`
  button,
  input,
  select {
    font: inherit;
    color: inherit;
  }
  button {
    display: inline-flex;
    justify-content: center;
    align-items: center;
    gap: var(--gap-2);
    max-inline-size: 100%;
    min-block-size: var(--target);
    padding: var(--gap-1) var(--gap-4);
    border: 1px solid var(--line-strong);
    border-radius: var(--round-small);
    background: var(--surface);
    font-weight: 600;
    line-height: 1.25;
    overflow-wrap: break-word;
    cursor: pointer;
    transition: background-color 0.15s;
  }
  button:hover {
    background: var(--sunken);
  }
  button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  button.primary:hover {
    background: var(--accent-strong);
  }
  button.plain {
    border-color: transparent;
    background: transparent;
    color: var(--accent);
    padding-inline: var(--gap-2);
  }
  button.plain:hover {
    background: var(--accent-ground);
  }
  button.large {
    min-block-size: 3.25rem;
    padding-inline: var(--gap-5);
    font-size: 1.0625rem;
  }
  button:disabled {
    border-color: var(--line);
    background: var(--sunken);
    color: var(--ink-soft);
    cursor: not-allowed;
  }
  button.plain:disabled {
    border-color: transparent;
    background: transparent;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  input:not([type='checkbox'], [type='radio']),
  select {
    inline-size: 100%;
    min-block-size: var(--target);
    padding: 0 var(--gap-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--round-small);
    background: var(--surface);
  }
  input[type='checkbox'] {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    margin: 0;
    accent-color: var(--accent);
  }
`

export const sharedStyles = [textStyles, layoutStyles, controlStyles]
