/** Browsers tell only when they read: they refuse a file that is gone, or that changed since it was chosen. */
export async function canRead(file: File): Promise<boolean> {
  try {
    await (file.size === 0 ? file : file.slice(0, 1)).arrayBuffer()
    return true
  } catch {
    return false
  }
}
