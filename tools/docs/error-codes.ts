import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { errorAreas } from './error-advice.ts'

/** An error code as the sources use it, with the messages that go with it: `…` stands for what is known only when it happens. */
export type CodeUse = { readonly code: string; readonly messages: readonly string[] }

const sources = '{packages,apps/engine,apps/viewers,apps/control,apps/transcoder}/**/*.ts'
const skipped = /(^|\/)(node_modules|dist|testkit|fixtures|testing)(\/|$)|\.test\.ts$/
const literal = /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g
const anyLiteral = /`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/g
/** The next code, or the end of the block. */
const endOfStatement = /'[A-Z][A-Z0-9]*_[A-Z0-9_]+'|\n\s*\n|\n\}/
/** What stands right before a code where it is given to an error, a failure or a reason. */
const errorContext = /(?:Error\(\s*|code: |refuse\w*\(\s*|fail\w*\(\s*)$/

/** Every error code of the sources, sorted. A code is a literal of its shape whose area is known, or that stands where errors are made. */
export function findCodes(rootDir: string): CodeUse[] {
  const byCode = new Map<string, Set<string>>()
  for (const file of globSync(sources, { cwd: rootDir, exclude: (name) => skipped.test(name) }).sort()) {
    if (skipped.test(file)) continue
    for (const { code, message } of readCodes(readFileSync(path.join(rootDir, file), 'utf8'))) {
      const messages = byCode.get(code) ?? new Set()
      if (message !== null) messages.add(message)
      byCode.set(code, messages)
    }
  }
  return [...byCode].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, messages]) => ({ code, messages: [...messages] }))
}

/** Codes of one text, each with the first sentence that follows it in the same statement. */
export function readCodes(text: string): { code: string; message: string | null }[] {
  return [...text.matchAll(literal)].flatMap((m) => {
    const code = m[1]!
    if (isSettingName(code)) return []
    const isKnown = Object.hasOwn(errorAreas, areaOf(code))
    const before = text.slice(Math.max(0, m.index - 40), m.index)
    if (!isKnown && !errorContext.test(before)) return []
    const afterAt = m.index + m[0].length
    return [{ code, message: readMessage(text.slice(afterAt, afterAt + 400), /PolicyError\(\s*$/.test(before)) }]
  })
}

/** Environment variables have the shape of codes. */
const isSettingName = (text: string): boolean => text.startsWith('SLUICE_') && text !== 'SLUICE_BUG'

/** `RTMP` of `RTMP_BODY_LENGTH`. */
export const areaOf = (code: string): string => code.slice(0, code.indexOf('_'))

/** The first sentence among the next literals; a PolicyError gives field and limit before its sentence, which is the longest. */
function readMessage(after: string, isPolicy: boolean): string | null {
  const end = after.search(endOfStatement)
  // One literal after the other, so that a closing quote is never taken for an opening one.
  const sentences = [...after.slice(0, end < 0 ? undefined : end).matchAll(anyLiteral)]
    .map(([text]) =>
      text
        .slice(1, -1)
        .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')
        .replace(/\\(.)/g, '$1'),
    )
    .filter((text) => /[a-z]{2,} \S/.test(text))
  const longest = sentences.toSorted((a, b) => b.length - a.length)[0]
  return (isPolicy ? longest : sentences[0]) ?? null
}
