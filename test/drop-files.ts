import type { Page } from 'playwright'

/** Beside everything that takes files of its own. */
const margin = { x: 20, y: 700 }

/** Drops real files and folders, as from a file manager. */
export async function dropFiles(
  page: Page,
  files: readonly string[],
  at: typeof margin = margin,
): Promise<void> {
  const client = await page.context().newCDPSession(page)
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await client.send('Input.dispatchDragEvent', { type, ...at, data })
  }
  await client.detach()
}
