import type { Text } from './texts.ts'

/** Phrases that no operator says, each with what to write. A word of the list stands in no text that a person reads. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\bmend(?:s|ed|ing)?\b/i, "'fix'"],
  [/\b(?:is|are|was|were|be|been) told\b/i, 'who sees it and where: "is shown", "the timeline says"'],
  [/\bcomes? in whole\b/i, "'arrives complete'"],
  [/\blets? it (?:rest|run)\b/i, "'stop' or 'start'"],
  [/\bin good order\b/i, "'cleanly'"],
  [/\bwithout a question\b/i, "'skip the confirmation'"],
  [/\bmust work in need\b/i, "'failover works'"],
  [/\bstands? by\b/i, "'is available'"],
  [/\bconnect(?:s|ed)? anew\b/i, "'reconnects'"],
  [/\b(?:can't|cannot|not) be had\b/i, "'is not available'"],
  [/\bnothing is to be done\b/i, '"there is nothing to do"'],
  [/\bnothing stands against\b/i, "'ready to'"],
  [/\bwho has it can\b/i, "'anyone who has it can'"],
  [/\btime ?stamps do not go on\b/i, "'timestamps stand still'"],
  [/\btime stamps?\b/i, "'timestamp', one word"],
  [/\b(?:on|off) the air\b/i, "'on air', 'off air'"],
  [/\bto the air\b/i, "'switch to'"],
  [/\bchanges? places\b/i, "'swap'"],
  [/\bcan not\b/i, "'cannot'"],
  [/\bor not any more\b/i, "'is invalid or has expired'"],
  [/\btyping errors?\b/i, "'spelling'"],
  [/\blikely no\b/i, "'probably not a'"],
]

/** What encoders and platforms say; measurements of ours stay in the units of the standards. */
const unitPhrase = [/\b[kM]bit\/s/, "'kbps' or 'Mbps'"] as const

/** Texts with a phrase of the old idiom, `file:line: sentence`. */
export const findIdiom = (texts: readonly Text[]): string[] =>
  texts.flatMap(({ file, line, text }) =>
    [...phrases, ...(file.startsWith('bench/') ? [] : [unitPhrase])].flatMap(([phrase, better]) => {
      const found = phrase.exec(text)
      return found === null ? [] : [`${file}:${line}: '${found[0]}' is no English that an operator speaks: write ${better}`]
    }),
  )
