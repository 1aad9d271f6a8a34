/** Whether the person pays for what is sent, as far as the browser tells; many tell nothing. */
export function isMetered(): boolean {
  const connection: unknown = 'connection' in navigator ? navigator.connection : undefined
  if (typeof connection !== 'object' || connection === null) return false
  const isSaving = 'saveData' in connection && connection.saveData === true
  return isSaving || ('type' in connection && connection.type === 'cellular')
}
