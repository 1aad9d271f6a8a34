import { css } from 'lit'

/** Where files come in: large while there is nothing else to do, a line afterwards. */
export const dropStyles = css`
  .zone {
    display: grid;
    justify-items: center;
    gap: var(--gap-4);
    padding: var(--gap-6) var(--gap-4);
    border: 2px dashed var(--line-strong);
    border-radius: var(--round);
    background: var(--surface);
    text-align: center;
  }
  .isles {
    inline-size: 8rem;
    stroke-linecap: round;
    fill: none;
  }
  .rock {
    fill: var(--accent);
  }
  .sea {
    stroke: var(--once);
    stroke-width: 3;
  }
  .lead {
    font-size: 1.375rem;
    font-weight: 650;
    letter-spacing: -0.01em;
  }
  .row {
    justify-content: center;
  }
  :host([compact]) .zone {
    grid-template-columns: 1fr auto;
    align-items: center;
    padding: var(--gap-3) var(--gap-4);
    border-width: 1px;
    background: transparent;
    text-align: start;
  }
  :host([compact]) .lead {
    justify-self: start;
    font-size: 1rem;
    font-weight: 600;
  }
  :host([compact]) .isles {
    display: none;
  }
  /* Files may be let go anywhere on the page, so while they are over it, all of it says so. */
  .over {
    position: fixed;
    inset: var(--gap-3);
    z-index: 1;
    display: grid;
    place-content: center;
    border: 3px dashed var(--accent);
    border-radius: var(--round);
    background: color-mix(in srgb, var(--ground) 90%, transparent);
    color: var(--accent);
    pointer-events: none;
  }
  @media (max-width: 36rem) {
    :host([compact]) .zone {
      grid-template-columns: minmax(0, 1fr);
    }
    .row > button {
      flex: 1 1 9rem;
      padding-inline: var(--gap-2);
    }
    .zone .row {
      inline-size: 100%;
    }
  }
`
