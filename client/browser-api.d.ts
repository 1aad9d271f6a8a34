// What Chromium has and the compiler's library does not know. Each use asks first whether it is there.
interface Window {
  showDirectoryPicker?: (options: { mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>
}

interface FileSystemHandle {
  requestPermission?: (options: { mode: 'read' }) => Promise<PermissionState>
}

interface DataTransferItem {
  getAsFileSystemHandle?: () => Promise<FileSystemHandle>
}

// What workers have and pages have not: the compiler checks both with the page's library.
interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>
}

interface FileSystemSyncAccessHandle {
  read(buffer: AllowSharedBufferSource, options?: { at?: number }): number
  write(buffer: AllowSharedBufferSource, options?: { at?: number }): number
  getSize(): number
  close(): void
}
