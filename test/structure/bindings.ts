import { childrenOf, isFunction, isNode, type Node } from './syntax-node.ts'

/** Names that a function gives itself: parameters and variables. Whatever is no function has none. */
export function boundBy(node: Node): string[] {
  if (!isFunction(node)) return []
  return childrenOf(node).flatMap(([key, child]) =>
    key === 'params' ? namesIn(child) : variablesIn(child),
  )
}

/** Names of the variables and functions that are made in it, but for those inside a function inside it. */
export function variablesIn(node: Node): string[] {
  if (node.type === 'FunctionDeclaration' && isNode(node['id'])) return namesIn(node['id'])
  if (isFunction(node)) return []
  const names = node.type === 'VariableDeclarator' && !isGlobal(node['init']) ? patternOf(node) : []
  return [...names, ...childrenOf(node).flatMap(([, child]) => variablesIn(child))]
}

function patternOf({ id }: Node): string[] {
  return isNode(id) ? namesIn(id) : []
}

/** `{ fetch } = globalThis` makes nothing of its own. */
function isGlobal(init: unknown): boolean {
  return isNode(init) && init['name'] === 'globalThis'
}

/** `a`, `{ a, b: [c = d], ...e }`: what stands where a value is given a name. */
function namesIn(pattern: Node): string[] {
  if (pattern.type === 'Identifier') return [String(pattern['name'])]
  const inner: Readonly<Record<string, readonly string[]>> = {
    ObjectPattern: ['properties'],
    ArrayPattern: ['elements'],
    Property: ['value'],
    AssignmentPattern: ['left'],
    RestElement: ['argument'],
  }
  const keys = inner[pattern.type] ?? []
  return childrenOf(pattern).flatMap(([key, child]) => (keys.includes(key) ? namesIn(child) : []))
}
