type Named = Readonly<{ operator: string; jurisdiction: string }>

/** What people call a seed by: who runs it, and where. */
export function seedName({ operator, jurisdiction }: Named): string {
  return `${operator} (${jurisdiction})`
}
