import { css } from 'lit'

/** One column. */
export const sendViewStyles = css`
  :host,
  .unfinished {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-5);
  }
  .unfinished {
    gap: var(--gap-4);
  }
  h2 {
    font-size: 1.125rem;
  }
`
