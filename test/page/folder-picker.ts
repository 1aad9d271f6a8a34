import type { Page } from 'playwright'

/**
 * Presses the button that saves everything into a folder. No test can use the dialog that the browser would open, so
 * one stands in for it that stays open until it is answered.
 *
 * @returns Chooses a folder of the browser's own, which is a real one, and waits until the save is asked for; without
 * a name it closes the dialog.
 */
export async function openFolderPicker(page: Page): Promise<(folder?: string) => Promise<void>> {
  const picker = await page.evaluateHandle(holdPicker)
  await page.getByRole('button', { name: 'Save into a folder…' }).click()
  await page.waitForFunction(({ isOpen }) => isOpen, picker)
  return async (folder) => {
    if (folder === undefined) {
      const reason = 'The user aborted a request.'
      await picker.evaluate(
        ({ chosen }, words) => chosen.reject(new DOMException(words, 'AbortError')),
        reason,
      )
      return
    }
    await picker.evaluate(async ({ chosen }, name) => {
      const root = await navigator.storage.getDirectory()
      chosen.resolve(await root.getDirectoryHandle(name, { create: true }))
    }, folder)
    await page.waitForFunction(({ isAsked }) => isAsked, picker)
  }
}

/** Runs in the page. */
function holdPicker() {
  const chosen = Promise.withResolvers<FileSystemDirectoryHandle>()
  const picker = { chosen, isOpen: false, isAsked: false }
  document.querySelector('skerry-app')?.addEventListener('ask-worker', ({ message }) => {
    if (message.type === 'save') picker.isAsked = true
  })
  window.showDirectoryPicker = async ({ mode }) => {
    // So does the browser's own.
    if (!navigator.userActivation.isActive) throw new DOMException('No click.', 'SecurityError')
    // A folder that was opened for reading would be asked for again.
    if (mode !== 'readwrite') throw new TypeError('a folder to read from')
    picker.isOpen = true
    return chosen.promise
  }
  return picker
}
