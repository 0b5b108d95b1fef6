/** What is looked at of one text. A key has 35 characters, a stream id 512 at the most. */
const maxTextChars = 2048
/** Look-ups that one caller costs at the most. */
export const maxCandidates = 32
/** The form of Sluice's own keys and play tokens, which is found wherever it stands. */
const ownForm = /(?<![0-9a-z])(?:play-)?[2-9a-kmnp-z]{8}(?:-[2-9a-kmnp-z]{8}){3}(?![0-9a-z])/g

/**
 * What could be a stream key in texts that a client sent: RTMP's name, application, queries and address, or an SRT stream id, in this order.
 * Boxes put a path, a prefix or fields around a key, encode it, quote it, repeat it or add something behind it. Each text as a whole comes
 * first, then all of the form of a key, then each run of letters that a key may have. Pure, and never more than `maxCandidates`.
 */
export function keyCandidates(texts: readonly string[]): string[] {
  // bound: at most maxCandidates, `add` takes no more
  const found = new Set<string>()
  const add = (candidate: string): void => {
    if (candidate !== '' && found.size < maxCandidates) found.add(candidate)
  }
  const readings = texts.flatMap((text) => readingsOf(text.slice(0, maxTextChars)))
  for (const reading of readings) add(reading.trim())
  for (const reading of readings) for (const [key] of reading.matchAll(ownForm)) add(key)
  for (const reading of readings) for (const [run] of reading.matchAll(/[A-Za-z0-9_-]+/g)) add(run)
  return [...found]
}

/** As it stands, and with percent signs decoded once and twice: some boxes encode what is encoded already. */
function readingsOf(text: string): string[] {
  const once = decodeLoosely(text)
  const twice = decodeLoosely(once)
  return once === text ? [text] : twice === once ? [text, once] : [text, once, twice]
}

/** A percent sign that begins no code stands for itself. Keys are ASCII: what else is encoded is of no interest. */
const decodeLoosely = (text: string): string =>
  text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
