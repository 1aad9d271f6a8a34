/** Forgets what was put in first, until no more than `sizeMax` are left. */
export function trimOldest<Key>(keys: Set<Key> | Map<Key, unknown>, sizeMax: number): void {
  for (const oldest of keys.keys()) {
    if (keys.size <= sizeMax) return
    keys.delete(oldest)
  }
}
