/** A piece of text for people in a source file: what stands in quotes, in a template or between JSX tags. */
export type SourceString = { readonly line: number; readonly text: string }

/** Strings with at least two words; keys, paths, class names and SQL are none. Templates keep their `${...}`. */
export function readStrings(source: string, hasJsx: boolean): SourceString[] {
  const found: SourceString[] = []
  let at = 0
  let line = 1
  const take = (from: number, to: number): void => {
    const text = source.slice(from, to).replace(/\s+/g, ' ').trim()
    if (isForPeople(text)) found.push({ line, text })
  }
  while (at < source.length) {
    const end = endOfToken(source, at, hasJsx)
    const mark = source[at]!
    if (end > at + 1 && (mark === "'" || mark === '"' || mark === '`')) take(at + 1, end - 1)
    else if (mark === '>' && end > at + 1) take(at + 1, end)
    line += source.slice(at, end).split('\n').length - 1
    at = end
  }
  return found
}

/** Where the token that begins at `at` ends: a comment, a string, JSX text behind `>`, or one character. */
function endOfToken(source: string, at: number, hasJsx: boolean): number {
  const mark = source[at]!
  if (source.startsWith('//', at)) return endAt(source.indexOf('\n', at), source)
  if (source.startsWith('/*', at)) return endAt(source.indexOf('*/', at) + 2, source)
  if (mark === "'" || mark === '"') return endOfQuote(source, at, mark)
  if (mark === '`') return endOfTemplate(source, at)
  const jsx = hasJsx && mark === '>' ? /^>([^<>{}`;=]*[A-Za-z][^<>{}`;=]*)(?=<|\{)/.exec(source.slice(at, at + 600)) : null
  return at + 1 + (jsx?.[1]?.length ?? 0)
}

const endAt = (end: number, source: string): number => (end <= 0 ? source.length : end)

/** A quote that its line does not close is an apostrophe in a comment or a regular expression. */
function endOfQuote(source: string, at: number, mark: string): number {
  for (let i = at + 1; i < source.length && source[i] !== '\n'; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === mark) return i + 1
  }
  return at + 1
}

function endOfTemplate(source: string, at: number): number {
  let depth = 0
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source.startsWith('${', i)) depth++
    else if (depth > 0 && source[i] === '}') depth--
    else if (depth === 0 && source[i] === '`') return i + 1
  }
  return at + 1
}

function isForPeople(text: string): boolean {
  const words = text.replace(/\$\{[^}]*\}/g, 'x').match(/(?<![\w./#-])[A-Za-z][a-z']*(?![\w/#(])/g) ?? []
  return (
    words.length >= 2 &&
    / /.test(text) &&
    !/^(?:select|insert|update|delete from|create|alter|\.|--)\b/.test(text) &&
    !/^[a-z-]+(?: [a-z-]+-[a-z-]+)+$/.test(text)
  )
}
