import { css } from 'lit'

/** A share that waits to be gone on with: marked at its edge, and all of it a place to drop files on. */
export const unfinishedStyles = css`
  article {
    gap: var(--gap-4);
    border-inline-start: 4px solid var(--here);
  }
  article.over {
    outline: 3px dashed var(--accent);
    outline-offset: 2px;
  }
  h3 {
    font-size: 1.125rem;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-1);
    max-inline-size: 24rem;
  }
  label {
    font-weight: 600;
  }
`
