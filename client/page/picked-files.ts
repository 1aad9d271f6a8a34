import type { PickedFile } from '../worker/messages.ts'
import { pause } from './pause.ts'

/** How long a look at files may hold the page up. */
const LOOK_MS = 10

/** Files of an `<input type=file>`; with `webkitdirectory` their paths begin with the folder's name. */
export function filesOfInput(input: HTMLInputElement): Promise<PickedFile[]> {
  return lookAt([...(input.files ?? [])], (file) =>
    file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
  )
}

/** Files on the clipboard, where all pictures have the same name. */
export function filesOfPaste(data: DataTransfer): Promise<PickedFile[]> {
  return lookAt([...data.files], ({ name }) => name)
}

/** With pauses, because browsers ask the disk for each size: thousands take a while. */
async function lookAt(
  files: readonly File[],
  pathOf: (file: File) => string,
): Promise<PickedFile[]> {
  const picked: PickedFile[] = []
  let startMs = performance.now()
  for (const file of files) {
    picked.push({ path: pathOf(file), file, size: file.size })
    if (performance.now() - startMs < LOOK_MS) continue
    await pause()
    startMs = performance.now()
  }
  return picked
}
