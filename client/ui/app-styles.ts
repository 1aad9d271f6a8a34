import { css } from 'lit'

/** The frame of the page: header, one column, footer. */
export const appStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto 1fr auto;
    min-block-size: 100dvh;
  }
  header,
  main,
  footer {
    inline-size: min(100%, 46rem);
    margin-inline: auto;
    padding-inline: max(var(--gap-4), env(safe-area-inset-left));
  }
  header {
    display: flex;
    justify-content: space-between;
    align-items: center;
    padding-block: var(--gap-4);
  }
  a {
    display: inline-flex;
    align-items: center;
    min-block-size: var(--target);
    color: var(--accent);
    font-weight: 550;
    text-underline-offset: 0.2em;
  }
  .brand {
    gap: var(--gap-2);
    color: var(--ink);
    font-size: 1.25rem;
    font-weight: 650;
    letter-spacing: -0.01em;
    text-decoration: none;
  }
  main {
    display: grid;
    gap: var(--gap-5);
    align-content: start;
    padding-block: var(--gap-4) var(--gap-6);
  }
  .welcome {
    display: grid;
    gap: var(--gap-3);
    padding-block: var(--gap-5) var(--gap-3);
    text-wrap: balance;
  }
  .welcome h1 {
    font-size: clamp(1.75rem, 1.2rem + 2.6vw, 2.75rem);
    line-height: 1.12;
    letter-spacing: -0.025em;
  }
  .welcome p {
    max-inline-size: 38rem;
    font-size: 1.0625rem;
    text-wrap: pretty;
  }
  footer {
    padding-block: var(--gap-4) var(--gap-5);
  }
`
