/** Lets the page draw, and hear the person, between two pieces of work. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}
