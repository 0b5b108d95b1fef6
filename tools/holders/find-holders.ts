/** One place that keeps things over time. `bound`: what its marker says, or how its bounded type was made; null where nothing bounds it. */
export type Holder = { readonly line: number; readonly name: string; readonly holds: string; readonly bound: string | null }

/** Types of `base/bounded`: their bounds stand in what they are made with. */
const boundedType = /\bnew (Bounded(?:Queue|Map|Set))\b/
const marker = /\/\/ bound: (.+?)\s*$/
/** A class field, a module's or a closure's variable, or a member of a type that is a file's own: name, type, first value. */
const field =
  /^ {2}(?<mods>(?:(?:static|readonly|private|protected|declare) )*)(?<name>#?[\w$]+)[!?]?(?:: (?<type>(?:[^=]|=>)+?))?(?: = (?<init>.+))?$/
const variable = /^(?<indent> *)(?:export )?(?<keyword>const|let|var) (?<name>[\w$]+)(?:: (?<type>(?:[^=]|=>)+?))?(?: = (?<init>.+))?$/
const member = /^ {2}(?<mods>readonly )?(?<name>[\w$]+)\??: (?<type>[^=(]+?);?,?$/

const oneLineType = /^type \w+(?:<.+>)? = \{ (.+) \}$/

const mutableList = /^(?!readonly ).*\[\]$|^Array</
const anyList = /\[\]$|^(?:Readonly)?Array</
const mutableKeyed = /^(?:Weak)?(?:Map|Set)</
const anyKeyed = /^(?:Readonly|Weak)?(?:Map|Set)</
const bytes = /^(?:Uint8Array|Buffer|ArrayBuffer)(?:<\w+>)?(?: \| null)?$/
const newKeyed = /^new (?:Map|Set)\b/
const newBytes = /^(?:new (?:Uint8Array|ArrayBuffer)|Buffer\.(?:alloc|from|concat))/
const newList = /^(?:\[\]|new Array\b)/

/**
 * All that holds things over time in one file, by its text: fields of classes, variables of modules and of closures, members of a file's own
 * types, as far as they are lists, Maps, Sets or buffers, or texts that are added to. What can't change after it was made is none.
 */
export function findHolders(text: string): Holder[] {
  const lines = text.split('\n')
  const found: Holder[] = []
  let scope: 'class' | 'type' | 'none' = 'none'
  lines.forEach((line, i) => {
    if (/^\S/.test(line)) scope = scopeOf(line)
    const inLine = oneLineType.exec(line)?.[1]
    if (inLine !== undefined) {
      for (const part of inLine.split(';')) {
        const held = typeMember(`  ${part.trim()}`)
        if (held !== null) found.push({ line: i + 1, ...held, bound: boundOf(lines, i) })
      }
      return
    }
    const one =
      scope === 'class' && /^ {2}\S/.test(line)
        ? classField(line, text)
        : scope === 'type' && /^ {2}\S/.test(line)
          ? typeMember(line)
          : variableOf(line, i, lines, text)
    if (one === null) return
    found.push({ line: i + 1, ...one, bound: boundOf(lines, i) })
  })
  return found
}

/** A type that is exported is a value that others pass on; one of a file's own is the state of something in it. */
function scopeOf(line: string): 'class' | 'type' | 'none' {
  if (/^(?:export )?(?:default )?(?:abstract )?class /.test(line)) return 'class'
  return /^type \w+(?:<.+>)? = .*\{$|^interface /.test(line) ? 'type' : 'none'
}

type Found = Pick<Holder, 'name' | 'holds'>

function classField(line: string, text: string): Found | null {
  const { mods = '', name = '', type = '', init = '' } = field.exec(stripped(line))?.groups ?? {}
  if (name === '' || /^(?:return|constructor|get|set|async|case|default)$/.test(name)) return null
  const isFixed = mods.includes('readonly')
  const bounded = boundedType.exec(init)
  if (bounded !== null) return { name, holds: bounded[1]! }
  const holds = holdsOf(type, init, isFixed)
  if (holds !== null) return { name, holds }
  const isText = type === 'string' || /^['"`]/.test(init)
  return isText && text.includes(`this.${name} += `) ? { name, holds: 'text' } : null
}

function typeMember(line: string): Found | null {
  const { name = '', type = '' } = member.exec(stripped(line))?.groups ?? {}
  if (name === '' || (!mutableList.test(type) && !mutableKeyed.test(type))) return null
  return { name, holds: kindOf(type) }
}

/** Of a module: always. Of a function: where something that runs later adds to it. */
function variableOf(line: string, at: number, lines: readonly string[], text: string): Found | null {
  const { indent = '', keyword = '', name = '', type = '', init = '' } = variable.exec(stripped(line))?.groups ?? {}
  if (name === '') return null
  const bounded = boundedType.exec(init)
  if (bounded !== null) return { name, holds: bounded[1]! }
  const holds = holdsOf(type, init, keyword === 'const')
  if (holds === null) return null
  if (indent === '') {
    const isEmpty = /^(?:\[\]|new (?:Map|Set)(?:<.*>)?\(\))/.test(init)
    return isEmpty || keyword === 'let' || adds(name).test(text) ? { name, holds } : null
  }
  return isAddedToLater(name, indent.length, at, lines) ? { name, holds } : null
}

function holdsOf(type: string, init: string, isFixed: boolean): string | null {
  if ((isFixed && /^readonly |^Readonly/.test(type)) || isFunction.test(type)) return null
  if (anyList.test(type) || (type === '' && newList.test(init))) return 'list'
  if (anyKeyed.test(type) || newKeyed.test(init)) return kindOf(type === '' ? init.replace('new ', '') : type)
  // A buffer whose field never changes has the size that it was made with.
  return !isFixed && (bytes.test(type) || (type === '' && newBytes.test(init))) ? 'buffer' : null
}

const isFunction = /^\([^()]*\) => /
const kindOf = (type: string): string => (/Map\b/.test(type) ? 'Map' : /Set\b/.test(type) ? 'Set' : 'list')
const adds = (name: string): RegExp =>
  new RegExp(`(?<![\\w$.])${escaped(name)}(?:\\.(?:push|unshift|set|add|splice)\\(| = \\[\\.\\.\\.| \\+= )`)
const escaped = (name: string): string => name.replace(/[$]/g, '\\$&')
/** Begins what runs later: a callback of an event, a function that is kept, a method of an object. */
const later = /\bon[A-Z]\w*\(|\bon[A-Z]\w*: |\.on(?:ce)?\(|(?:const|let) \w+ = (?:async )?\(.*=>|^\s+(?:async )?\w+\([^()]*\)(?:: .+)? \{$/
const atOnce = /\.(?:map|filter|flatMap|forEach|reduce|some|every|find|findIndex|sort|toSorted)\(/

function isAddedToLater(name: string, indent: number, at: number, lines: readonly string[]): boolean {
  const own = adds(name)
  let laterIndent = -1
  for (let i = at + 1; i < lines.length; i++) {
    const line = lines[i]!
    const depth = line.search(/\S/)
    if (depth < 0) continue
    if (depth < indent) return false
    if (laterIndent >= 0 && depth <= laterIndent) laterIndent = -1
    const isLater = later.test(line) && !atOnce.test(line) && !/^\s*(?:if|for|while|switch|return)\b/.test(line)
    if (own.test(line) && (laterIndent >= 0 || isLater)) return true
    if (isLater && laterIndent < 0) laterIndent = depth
  }
  return false
}

/** The marker on its line or on the one above, or what its bounded type was made with. */
function boundOf(lines: readonly string[], at: number): string | null {
  const marked = marker.exec(lines[at]!) ?? marker.exec(lines[at - 1] ?? '')
  if (marked !== null) return marked[1]!
  const made = boundedType.exec(lines[at]!)
  return made === null ? null : `${made[1]} of ${argumentOf(lines, at)}`
}

/** What stands in the brackets behind `new Bounded...`, on one line. */
function argumentOf(lines: readonly string[], at: number): string {
  const text = lines.slice(at, at + 8).join(' ')
  const from = text.indexOf('(', text.search(boundedType))
  let depth = 0
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++
    if (text[i] === ')' && --depth === 0)
      return text
        .slice(from + 1, i)
        .replace(/\s+/g, ' ')
        .trim()
  }
  return text.slice(from + 1).trim()
}

const stripped = (line: string): string => line.replace(/\s*\/\/.*$/, '')
