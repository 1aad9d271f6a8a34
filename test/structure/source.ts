import { parseSync } from 'vite'
import { assert } from '../../protocol/errors.ts'
import { boundBy, variablesIn } from './bindings.ts'
import { childrenOf, isFunction, isNode, type Node } from './syntax-node.ts'

/** One place in a source: where it is, and the name of the function around it, if it has one. */
type Place = Readonly<{ line: number; inside: string | undefined }>

/** What the rules look at in one TypeScript file. */
export type Source = Readonly<{
  /** From the root of the checkout, with `/`. */
  path: string
  lineCount: number
  /** What the file imports or re-exports from, types and dynamic imports included, as written. */
  imports: readonly string[]
  /** Those that are there when the file runs: types are not. */
  loads: readonly string[]
  /** Names from outside and `object.property` pairs the code says, property names and types left out. */
  words: readonly (Place & { word: string })[]
  /** `x as T`, but for `as const`. */
  casts: readonly Place[]
  hasDefaultExport: boolean
  /** Every statement re-exports what another file defines. */
  isForwarding: boolean
}>

type Visit = Readonly<{
  node: Node
  parent: Node | undefined
  key: string
  inside: string | undefined
  /** Names that the functions around it, or the file, made. What is imported is not made. */
  own: ReadonlySet<string>
}>

/** Reads one file's text. `path` also tells the parser the language. */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text)
  assert(errors.length === 0, `${path} to be TypeScript`)
  const body: readonly unknown[] = program.body
  const statements = body.filter(isNode)
  const nowhere = { key: 'body', parent: undefined, inside: undefined }
  const own = new Set(statements.flatMap((node) => variablesIn(node)))
  const visits = statements.flatMap((node) => visit({ node, own, ...nowhere }))
  const lineOf = (start: number): number => text.slice(0, start).split('\n').length
  return {
    path,
    lineCount: text.trimEnd().split('\n').length,
    imports: visits.flatMap(importedFrom),
    loads: visits.filter(({ node }) => !isOfTypes(node)).flatMap(importedFrom),
    words: visits.flatMap((at) =>
      wordsOf(at).map((word) => ({ word, line: lineOf(at.node.start), inside: at.inside })),
    ),
    casts: visits
      .filter(({ node }) => isCast(node))
      .map(({ node, inside }) => ({ line: lineOf(node.start), inside })),
    hasDefaultExport: visits.some(({ node }) => isDefaultExport(node)),
    isForwarding: statements.length > 0 && statements.every(isForward),
  }
}

/** The node and all below it, each with its way there. */
function visit(at: Visit): Visit[] {
  const { node } = at
  const inside = nameOf(node) ?? at.inside
  const own = at.own.union(new Set(boundBy(node)))
  const below = childrenOf(node).flatMap(([key, child]) =>
    visit({ node: child, parent: node, key, inside, own }),
  )
  return [{ ...at, inside }, ...below]
}

function nameOf(node: Node): string | undefined {
  const named: Readonly<Record<string, unknown>> = {
    FunctionDeclaration: node['id'],
    MethodDefinition: node['key'],
    // Only a function gives what is inside it a name: `const parseId = (text) => …`.
    VariableDeclarator: isFunction(node['init']) ? node['id'] : undefined,
    Property: isFunction(node['value']) ? node['key'] : undefined,
  }
  const name = named[node.type]
  return isNode(name) && typeof name['name'] === 'string' ? name['name'] : undefined
}

function importedFrom({ node }: Visit): string[] {
  const isImport = /^(Import(Declaration|Expression)|Export(All|Named)Declaration|TSImportType)$/
  const source = node['source']
  if (!isImport.test(node.type) || !isNode(source)) return []
  return typeof source['value'] === 'string' ? [source['value']] : []
}

/** `import type`, `export type`, `import('…').Name`. */
function isOfTypes(node: Node): boolean {
  return node.type === 'TSImportType' || [node['importKind'], node['exportKind']].includes('type')
}

/** Types are erased, and neither a property of some object nor a parameter is the global of that name. */
function wordsOf({ node, parent, key, own }: Visit): string[] {
  if (node.type === 'MemberExpression') return memberWords(node)
  if (node.type === 'NewExpression') return newWords(node)
  const isName = node.type === 'Identifier' && typeof node['name'] === 'string'
  if (!isName || parent === undefined || parent.type.startsWith('TS')) return []
  if (own.has(String(node['name']))) return []
  const isLabel = key === 'property' || key === 'key'
  return isLabel && parent['computed'] !== true ? [] : [String(node['name'])]
}

/** `Math.random` as itself, and `.randomBytes` for whatever it is asked of. */
function memberWords(node: Node): string[] {
  const [object, property] = [node['object'], node['property']]
  if (!isNode(property) || typeof property['name'] !== 'string') return []
  const owner = isNode(object) && typeof object['name'] === 'string' ? object['name'] : ''
  const words = [`${owner}.${property['name']}`, `.${property['name']}`]
  return owner === 'globalThis' ? [...words, property['name']] : words
}

function newWords(node: Node): string[] {
  const [callee, given] = [node['callee'], node['arguments']]
  const isBare = Array.isArray(given) && given.length === 0
  return isNode(callee) && isBare ? [`new ${String(callee['name'])}()`] : []
}

function isCast(node: Node): boolean {
  const target = node['typeAnnotation']
  if (node.type !== 'TSAsExpression' || !isNode(target)) return false
  const name = target['typeName']
  return !(isNode(name) && name['name'] === 'const')
}

function isDefaultExport({ type, exported }: Node): boolean {
  if (type === 'ExportDefaultDeclaration') return true
  return type === 'ExportSpecifier' && isNode(exported) && exported['name'] === 'default'
}

function isForward(node: Node): boolean {
  if (node.type === 'ExportAllDeclaration') return true
  return node.type === 'ExportNamedDeclaration' && isNode(node['source'])
}
