import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Export, type Module, readModule, type Use } from './read-module.ts'

/** Texts by path from the root, and the files behind the doors of the packages: `@sluice/base/clock` is `packages/base/clock/index.ts`. */
export type Sources = { readonly texts: ReadonlyMap<string, string>; readonly doors: ReadonlyMap<string, string> }

const skipped = /(^|\/)(node_modules|dist|data|out)(\/|$)|\.d\.ts$/
const isTest = (file: string): boolean => /\.(test|bench)\.(ts|tsx|mjs)$/.test(file)
/** Written for tests, so that a test is all the user it needs. */
const isTestSupport = (file: string): boolean =>
  /(^|\/)(testing|test|fixtures)\//.test(file) || /^(packages\/testkit|e2e|bench)\//.test(file)

/** Exports that are read in another way than by an import. */
const readOtherwise: readonly { readonly file: RegExp; readonly name: RegExp; readonly by: string }[] = [
  { file: /\.config\.ts$/, name: /^default$/, by: 'the tool that the file configures' },
  { file: /(^|\/)errors\.ts$/, name: /Errors$/, by: 'tools/docs, which reads the codes and their advice as text' },
]

/**
 * Exports that nothing needs, `file:line: sentence`. An export is needed when a file that is no test imports it, from here or from
 * where it is passed on. Tests are users of what was written for tests, of what its own file uses too, and of the other half of a format
 * that is in use (the writer of what is read, the reader of what is written); other code that tests alone run is dead. A type may be exported
 * where its file uses it: it is the shape of what the file offers.
 */
export function findDeadExports(sources: Sources): string[] {
  const graph = new ExportGraph(sources)
  return [...graph.modules.keys()]
    .filter((file) => !isTest(file))
    .flatMap((file) =>
      graph.modules.get(file)!.exports.flatMap((one) => {
        const problem = judge(graph, file, one)
        return problem === null ? [] : [`${file}:${one.line}: ${problem}`]
      }),
    )
}

function judge(graph: ExportGraph, file: string, one: Export): string | null {
  const users = graph.usersOf(file, one.name)
  if (users.some((user) => isTestSupport(file) || !isTest(user))) return null
  if (readOtherwise.some((rule) => rule.file.test(file) && rule.name.test(one.name))) return null
  if (users.length > 0 && graph.hasLiveCounterpart(file, one.name)) return null
  if (one.from !== null) {
    if (users.length === 0) return `nothing imports '${one.name}' from here: do not pass it on`
    return graph.isLive(file, one.name) ? null : `only tests use '${one.name}': delete it, or move it to where test code lies`
  }
  const isUsedHere = mentions(graph.modules.get(file)!, one.name) > 1
  if (isUsedHere && (one.isType || users.length > 0)) return null
  if (users.length > 0) return `only tests use '${one.name}': delete it, or move it to where test code lies`
  return isUsedHere ? `only this file uses '${one.name}': do not export it` : `nothing uses '${one.name}': delete it`
}

/** Who imports what, through doors too. */
class ExportGraph {
  readonly modules: ReadonlyMap<string, Module>
  readonly #doors: ReadonlyMap<string, string>
  readonly #users = new Map<string, Set<string>>()

  constructor({ texts, doors }: Sources) {
    this.modules = new Map([...texts].map(([file, text]) => [file, readModule(text)]))
    this.#doors = doors
    for (const [file, { uses, code }] of this.modules)
      for (const use of uses) {
        const target = this.#resolve(file, use.from)
        for (const name of this.#taken(target, use.names, code)) this.#mark(target, name, file)
      }
  }

  /** The other files that import a name from a file, or from another that passes it on. */
  usersOf(file: string, name: string): string[] {
    return [...(this.#users.get(`${file} ${name}`) ?? [])].filter((user) => user !== file)
  }

  /** Whether something besides tests uses what a file passes on, where it was declared. */
  isLive(file: string, name: string): boolean {
    const module = this.modules.get(file)
    const own = module?.exports.find((one) => one.name === name)
    if (module === undefined) return true
    if (own?.from != null) return this.isLive(this.#resolve(file, own.from), own.origin)
    if (own !== undefined) return mentions(module, name) > 1 || this.usersOf(file, name).some((user) => !isTest(user))
    const star = module.stars.map((from) => this.#resolve(file, from)).find((target) => this.#namesOf(target).includes(name))
    return star === undefined || this.isLive(star, name)
  }

  /** Whether a reader or writer is half of a format whose other half something besides tests uses. */
  hasLiveCounterpart(file: string, name: string): boolean {
    const [half, format] = halfOf(name)
    const own = this.modules.get(file)?.exports.find((one) => one.name === name)
    if (half === null || own === undefined) return false
    const home = own.from === null ? file : this.#resolve(file, own.from)
    const room = path.posix.dirname(home)
    return [...this.modules].some(
      ([other, { exports }]) =>
        path.posix.dirname(other) === room &&
        exports.some((one) => {
          const [otherHalf, otherFormat] = halfOf(one.name)
          return one.from === null && otherFormat === format && otherHalf === counterparts[half] && this.#isUsed(other, one.name)
        }),
    )
  }

  #isUsed(file: string, name: string): boolean {
    return this.usersOf(file, name).some((user) => !isTest(user))
  }

  #resolve(file: string, from: string): string {
    return (from.startsWith('.') ? path.posix.join(path.posix.dirname(file), from) : this.#doors.get(from)) ?? ''
  }

  #taken(target: string, names: Use['names'], code: string): readonly string[] {
    if (names === 'values') return this.#namesOf(target)
    if (names !== 'mentioned') return names
    return ['default', ...this.#namesOf(target).filter((name) => new RegExp(`\\b${name}\\b`).test(code))]
  }

  #namesOf(file: string): string[] {
    const module = this.modules.get(file)
    if (module === undefined) return []
    return [...module.exports.map(({ name }) => name), ...module.stars.flatMap((from) => this.#namesOf(this.#resolve(file, from)))]
  }

  /** Marks a name as used, and where it is passed on also the one that it comes from. */
  #mark(file: string, name: string, user: string): void {
    const module = this.modules.get(file)
    const key = `${file} ${name}`
    const users = this.#users.get(key) ?? new Set()
    if (module === undefined || users.has(user)) return
    this.#users.set(key, users.add(user))
    const own = module.exports.find((one) => one.name === name)
    if (own?.from != null) this.#mark(this.#resolve(file, own.from), own.origin, user)
    if (own === undefined)
      for (const from of module.stars)
        if (this.#namesOf(this.#resolve(file, from)).includes(name)) this.#mark(this.#resolve(file, from), name, user)
  }
}

const counterparts = { read: 'write', write: 'read', parse: 'format', format: 'parse' } as const

/** `write` and `Fragment` of `writeFragment`, and of `writeFragments` too. */
function halfOf(name: string): [half: keyof typeof counterparts, format: string] | [half: null, format: ''] {
  const m = /^(read|write|parse|format)([A-Z0-9]\w*?)s?$/.exec(name)
  return m === null ? [null, ''] : [m[1] as keyof typeof counterparts, m[2]!]
}

/** How often a file names something, its declaration included; the type that a schema of the same name gives counts as that. */
function mentions({ code }: Module, name: string): number {
  const escaped = name.replaceAll('$', '\\$')
  const text = code.replace(new RegExp(`^export type ${escaped} = z\\.(?:infer|input|output)<typeof ${escaped}>$`, 'm'), '')
  return text.match(new RegExp(`(?<![\\w$.])${escaped}(?![\\w$])`, 'g'))?.length ?? 0
}

/** The sources of the checkout at `rootDir`. */
export function readSources(rootDir: string): Sources {
  const pattern = ['packages', 'apps', 'tools', 'bench', 'e2e'].map((top) => `${top}/**/*.{ts,tsx,mjs}`)
  const files = globSync(pattern, { cwd: rootDir, exclude: (name) => skipped.test(name) }).filter((file) => !skipped.test(file))
  return {
    texts: new Map(files.sort().map((file) => [file.replaceAll('\\', '/'), readFileSync(path.join(rootDir, file), 'utf8')])),
    doors: new Map(globSync('{packages,apps}/*/package.json', { cwd: rootDir }).flatMap((file) => doorsOf(rootDir, file))),
  }
}

function doorsOf(rootDir: string, file: string): [door: string, file: string][] {
  const { name, exports = {} } = JSON.parse(readFileSync(path.join(rootDir, file), 'utf8')) as {
    name: string
    exports?: Record<string, string>
  }
  return Object.entries(exports).map(([door, target]) => [name + door.slice(1), path.posix.join(path.posix.dirname(file), target)])
}
