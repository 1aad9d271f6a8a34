import { css } from 'lit'

/** The list of chosen files, and the options below it. */
export const sendFormStyles = css`
  ul {
    margin-block: calc(-1 * var(--gap-2));
  }
  li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto auto;
    align-items: center;
    gap: var(--gap-3);
    border-block-end: 1px solid var(--line);
    overflow: clip;
    overflow-clip-margin: 6px;
  }
  li.more {
    display: block;
    border: 0;
    padding-block-start: var(--gap-3);
  }
  li > .icon {
    color: var(--ink-soft);
  }
  li > bdi {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    line-clamp: 3;
    overflow: hidden;
  }
  li button.plain {
    inline-size: var(--target);
    padding: 0;
    color: var(--ink-soft);
  }
  .choices {
    font-weight: 400;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr));
    gap: var(--gap-5);
    padding-block: var(--gap-3);
  }
  .field {
    display: grid;
    gap: var(--gap-1);
    align-content: start;
  }
  .field > label,
  legend {
    font-weight: 600;
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-5);
    min-inline-size: 0;
    margin: var(--gap-2) 0 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
  }
  fieldset label {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
    min-block-size: var(--target);
  }
  .obstacle {
    padding: var(--gap-3) var(--gap-4);
    border-radius: var(--round-small);
    background: var(--warn-ground);
    color: var(--warn);
    font-weight: 600;
  }
  @media (max-width: 30rem) {
    li {
      column-gap: var(--gap-2);
      grid-template-columns: auto minmax(0, 1fr) auto;
    }
    li > .icon {
      grid-row: 1 / span 2;
    }
    li > bdi {
      padding-block-start: var(--gap-2);
    }
    li > .numbers {
      grid-area: 2 / 2;
      padding-block-end: var(--gap-2);
    }
    li button.plain {
      grid-area: 1 / 3 / span 2;
    }
    .send button {
      flex: 1 1 100%;
    }
  }
`
