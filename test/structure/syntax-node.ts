/** Anything the parser found in a source. */
export type Node = Readonly<{ type: string; start: number } & Record<string, unknown>>

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

export function isFunction(value: unknown): boolean {
  return isNode(value) && value.type.includes('Function')
}

/** The nodes right below it, each with the name of the property it stands in. */
export function childrenOf(node: Node): (readonly [key: string, child: Node])[] {
  return Object.entries(node).flatMap(([key, value]) =>
    [value]
      .flat()
      .filter(isNode)
      .map((child) => [key, child] as const),
  )
}
