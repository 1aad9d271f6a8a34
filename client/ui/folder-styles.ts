import { css } from 'lit'

/** Rows of files and folders, and the way to them. */
export const folderStyles = css`
  .field {
    position: relative;
    margin-block-end: var(--gap-2);
  }
  .field .icon {
    position: absolute;
    inset-block: 0;
    inset-inline-start: var(--gap-3);
    margin-block: auto;
    color: var(--ink-soft);
    pointer-events: none;
  }
  .field input {
    padding-inline-start: 2.75rem;
  }
  nav {
    gap: 0;
    margin-inline-start: calc(-1 * var(--gap-2));
  }
  nav .icon {
    inline-size: 1rem;
    block-size: 1rem;
    color: var(--ink-soft);
  }
  nav .icon:dir(rtl) {
    scale: -1 1;
  }
  nav strong {
    padding-inline: var(--gap-2);
  }
  nav button,
  li button.name {
    text-align: start;
  }
  li {
    position: relative;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto auto;
    align-items: center;
    gap: var(--gap-3);
    min-block-size: 3.25rem;
    padding-block: var(--gap-1);
    border-block-start: 1px solid var(--line);
    /* Letters with towers of marks stay in their row, and rows out of sight cost nothing. */
    overflow: clip;
    overflow-clip-margin: 6px;
    content-visibility: auto;
    contain-intrinsic-block-size: auto 3.25rem;
  }
  li > .icon {
    color: var(--ink-soft);
  }
  li button {
    min-inline-size: 4rem;
  }
  li button.name {
    justify-content: start;
    border: 0;
    padding: 0;
    color: inherit;
  }
  li button.name:hover {
    background: transparent;
    text-decoration: underline;
  }
  /* A folder opens wherever its row is hit, but where it is saved. */
  li button.name::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  li > button:last-child {
    position: relative;
  }
  .none {
    padding-block: var(--gap-4);
    border-block-start: 1px solid var(--line);
  }
  p.row {
    border-block-start: 1px solid var(--line);
    padding-block-start: var(--gap-2);
  }
  @media (max-width: 30rem) {
    li {
      grid-template-columns: auto minmax(0, 1fr) auto;
      row-gap: 0;
      padding-block: var(--gap-2);
    }
    li > .name {
      grid-column: 2;
      min-block-size: 0;
    }
    li > .numbers {
      grid-area: 2 / 2;
    }
    li > button:last-child {
      grid-area: 1 / 3 / span 2;
    }
    li > .icon {
      grid-row: 1 / span 2;
    }
  }
`
