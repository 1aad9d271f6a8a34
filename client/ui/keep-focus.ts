import type { LitElement } from 'lit'

/**
 * Keeps the focus where the person is: a button that was pressed may be gone with what it began, and would leave it
 * nowhere, at the top of the page.
 *
 * @param next - Where it goes: what the button belonged to, or what stands there now.
 */
export function keepFocus(host: LitElement, next: () => HTMLElement | null): void {
  const isInside = (): boolean => host.shadowRoot?.activeElement instanceof Element
  let wasInside = false
  host.addController({
    hostUpdate: () => {
      wasInside = isInside()
    },
    hostUpdated: () => {
      if (wasInside && !isInside()) next()?.focus()
    },
  })
}
