import type { Locator, Page } from 'playwright'

/** What is about to be sent: each path with its size, or that it is an empty folder. */
export async function chosenIn(page: Page): Promise<Record<string, number | 'folder'>> {
  await page.locator('send-form').waitFor()
  return page.evaluate(() => {
    const view = document.querySelector('skerry-app')?.renderRoot.querySelector('send-view')
    const found: Record<string, number | 'folder'> = {}
    for (const { path, file } of view?.chosen ?? []) found[path] = file?.size ?? 'folder'
    return found
  })
}

/** A file as it was copied in another program; a picture is as old as its paste. */
export type Copied = Readonly<{ name: string; text: string; mtimeMs?: number }>

export async function pasteInto(into: Locator, files: readonly Copied[]): Promise<void> {
  await into.evaluate((element, given) => {
    const clipboardData = new DataTransfer()
    for (const { name, text, mtimeMs } of given) {
      const age = mtimeMs === undefined ? {} : { lastModified: mtimeMs }
      clipboardData.items.add(new File([text], name, age))
    }
    const event = { bubbles: true, composed: true, clipboardData }
    element.dispatchEvent(new ClipboardEvent('paste', event))
  }, files)
}
