/** Browsers have handles only where a page came over TLS: elsewhere nothing is one. */
export function isFileHandle(value: unknown): value is FileSystemFileHandle {
  return 'FileSystemFileHandle' in globalThis && value instanceof FileSystemFileHandle
}
