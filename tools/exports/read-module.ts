/** One name that a file offers. `from`: the module that it passes on, which calls it `origin`; null when the file declares it. */
export type Export = {
  readonly name: string
  readonly line: number
  readonly isType: boolean
  readonly from: string | null
  readonly origin: string
}
/** What a file takes from a module: names, every value (`import * as`), or what it mentions of a module that it loads while it runs. */
export type Use = { readonly from: string; readonly names: readonly string[] | 'values' | 'mentioned' }
/** `stars`: modules that are passed on whole. `code`: the text without comments. */
export type Module = {
  readonly exports: readonly Export[]
  readonly stars: readonly string[]
  readonly uses: readonly Use[]
  readonly code: string
}

// Statements begin their line, as Biome writes them.
const declared = /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(function\*?|const|let|class|type|interface|namespace)\s+([\w$]+)/gm
const listed = /^export\s+(type\s+)?\{([^}]*)\}(?:\s*from\s*'([^']+)')?/gm
const star = /^export\s+\*\s*from\s*'([^']+)'/gm
const byDefault = /^export\s+default\b/gm
const imported = /^import\s+(?:type\s+)?([^'"`;]*?)\s*from\s*'([^']+)'/gm
const dynamic = /\bimport\(\s*'([^']+)'\s*\)/g
const stringOrComment = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/.*$/gm

/** Reads what a TypeScript or JavaScript text exports and imports. */
export function readModule(text: string): Module {
  const code = text.replace(stringOrComment, (piece) => (/^\/[/*]/.test(piece) ? piece.replace(/[^\n]/g, ' ') : piece))
  const lineOf = (at: number): number => code.slice(0, at).split('\n').length
  const exports: Export[] = [
    ...[...code.matchAll(declared)].map((m) => {
      const isType = m[1] === 'type' || m[1] === 'interface'
      return { name: m[2]!, line: lineOf(m.index), isType, from: null, origin: m[2]! }
    }),
    ...[...code.matchAll(listed)].flatMap((m) => {
      const startsAt = m.index + m[0].indexOf('{') + 1
      return namesIn(m[2]!).map(({ inner, outer, isType, at }) => ({
        name: outer,
        line: lineOf(startsAt + at),
        isType: isType || m[1] !== undefined,
        from: m[3] ?? null,
        origin: inner,
      }))
    }),
    ...[...code.matchAll(byDefault)].map((m) => ({ name: 'default', line: lineOf(m.index), isType: false, from: null, origin: 'default' })),
  ]
  return {
    exports: withoutTwins(exports),
    stars: [...code.matchAll(star)].map((m) => m[1]!),
    uses: [
      ...[...code.matchAll(imported)].map((m) => ({ from: m[2]!, names: namesOf(m[1]!) })),
      ...[...code.matchAll(dynamic)].map((m) => ({ from: m[1]!, names: 'mentioned' as const })),
    ],
    code,
  }
}

/** A schema and the type of the same name are one export, and a value. */
const withoutTwins = (exports: readonly Export[]): Export[] =>
  exports.filter((one, i) => {
    const twins = exports.filter(({ name }) => name === one.name)
    return i === exports.indexOf(twins.find(({ isType }) => !isType) ?? twins[0]!)
  })

/** The names that an import clause takes: `a, { b as c, type D }` takes `default`, `b` and `D`. */
function namesOf(clause: string): readonly string[] | 'values' {
  if (clause.includes('*')) return 'values'
  const braces = /\{([^}]*)\}/.exec(clause)?.[1]
  const named = braces === undefined ? [] : namesIn(braces).map(({ inner }) => inner)
  return /^[\w$]/.test(clause) ? ['default', ...named] : named
}

const namesIn = (list: string): { inner: string; outer: string; isType: boolean; at: number }[] =>
  [...list.matchAll(/(type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*(?:,|$)/g)].map((m) => ({
    inner: m[2]!,
    outer: m[3] ?? m[2]!,
    isType: m[1] !== undefined,
    at: m.index,
  }))
