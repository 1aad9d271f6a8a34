import { css } from 'lit'

/** The frame of the page: header, one column, footer. */
export const appStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto 1fr auto;
    grid-template-columns: minmax(0, 1fr);
    min-block-size: 100dvh;
  }
  header,
  main,
  footer {
    inline-size: min(100%, 48rem);
    margin-inline: auto;
    padding-inline: max(var(--gap-4), env(safe-area-inset-left));
  }
  header {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: center;
    gap: 0 var(--gap-4);
    padding-block: var(--gap-4);
  }
  a {
    display: inline-flex;
    align-items: center;
    min-block-size: var(--target);
    border-radius: var(--round-small);
    color: var(--accent);
    font-weight: 600;
    text-underline-offset: 0.25em;
  }
  .brand {
    gap: var(--gap-2);
    color: var(--ink);
    font-size: 1.25rem;
    font-weight: 700;
    letter-spacing: -0.015em;
    text-decoration: none;
  }
  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-5);
    align-content: start;
    padding-block: var(--gap-4) var(--gap-6);
  }
  footer {
    padding-block: var(--gap-4) var(--gap-5);
  }
`
