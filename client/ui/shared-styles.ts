import { css } from 'lit'

/** What every component looks like: text, buttons, fields and cards. Colours and gaps are tokens. */
export const sharedStyles = css`
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
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h2 {
    font-size: 1.125rem;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
  }
  button {
    min-block-size: var(--target);
    padding: 0 var(--gap-4);
    border: 1px solid var(--line-strong);
    border-radius: var(--round-small);
    background: transparent;
    font-weight: 550;
    cursor: pointer;
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
    color: var(--accent);
    padding-inline: var(--gap-2);
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
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
  .card {
    padding: var(--gap-5);
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--surface);
    box-shadow: var(--shadow);
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
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-3);
  }
  .stack {
    display: grid;
    gap: var(--gap-4);
  }
  .grow {
    flex: 1 1 auto;
    min-inline-size: 0;
  }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (max-width: 30rem) {
    .card {
      padding: var(--gap-4);
    }
  }
`
