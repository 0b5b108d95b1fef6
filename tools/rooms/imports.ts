/** One import or re-export of a source file. `isType`: erased before the program runs. */
export type Import = { readonly from: string; readonly isType: boolean; readonly line: number }

// Statement forms only: a specifier never stands elsewhere behind `from`, and Biome keeps them in this shape.
const statement = /^(?:import|export)(\s+type\b)?[^'"`;]*?\bfrom\s*'([^']+)'/gm
const bare = /^import\s*'([^']+)'/gm
const dynamic = /\bimport\(\s*'([^']+)'\s*\)/g

/** The imports of a TypeScript or JavaScript text, in the order static, bare, dynamic. `import { type A }` alone counts as type-only too. */
export function readImports(text: string): Import[] {
  const lineOf = (at: number): number => text.slice(0, at).split('\n').length
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
  return [
    ...[...code.matchAll(statement)].map((m) => ({
      from: m[2]!,
      isType: m[1] !== undefined || isAllTypes(m[0]),
      line: lineOf(m.index),
    })),
    ...[...code.matchAll(bare)].map((m) => ({ from: m[1]!, isType: false, line: lineOf(m.index) })),
    ...[...code.matchAll(dynamic)].map((m) => ({ from: m[1]!, isType: false, line: lineOf(m.index) })),
  ]
}

/** `import { type A, type B } from` brings nothing at run time. */
function isAllTypes(text: string): boolean {
  const names = /\{([^}]*)\}/.exec(text)?.[1]
  if (names === undefined || /^(?:import|export)\s+[\w$*]/.test(text)) return false
  const parts = names.split(',').filter((part) => part.trim() !== '')
  return parts.length > 0 && parts.every((part) => part.trim().startsWith('type '))
}
