/** Where a rendition stands: the number of the segment that grows or comes next, its parts, and those of the segments before it. */
export type Edge = {
  readonly openNumber: number
  readonly openParts: number
  /** Parts of a whole segment in the list; null: it is older than the list. */
  readonly partsOf: (number: number) => number | null
}

/** What a client asks to wait for: a segment, or a part of one. */
export type Directives = { readonly number: number; readonly part: number | null }

const wholeNumber = /^[0-9]{1,15}$/
/** A client may ask for the next segment and one more. Spec: draft-pantos-hls-rfc8216bis §6.2.5.2 */
const aheadSegments = 2
const aheadSeconds = 3

/** Null: there are none. `bad`: they can't be understood. Keys that are not known say nothing. Spec: draft-pantos-hls-rfc8216bis §6.2.5.2 */
export function readDirectives(query: URLSearchParams): Directives | null | 'bad' {
  const [number, part] = [query.get('_HLS_msn'), query.get('_HLS_part')]
  if (number === null) return part === null ? null : 'bad'
  if (!wholeNumber.test(number) || (part !== null && !wholeNumber.test(part))) return 'bad'
  return { number: Number(number), part: part === null ? null : Number(part) }
}

/** Whether the answer is there, has to be waited for, or will not come in time. A part past the end of a whole segment is the first of the next. */
export function judgeReload({ number, part }: Directives, edge: Edge, partMs: number): 'now' | 'hold' | 'bad' {
  const { openNumber, openParts } = edge
  const aheadParts = Math.max(3, Math.ceil((aheadSeconds * 1000) / partMs))
  if (number < openNumber) {
    const parts = part === null ? null : edge.partsOf(number)
    if (parts === null || part! < parts) return 'now'
    if (part! > parts + aheadParts) return number + 1 < openNumber ? 'now' : 'bad'
    return number + 1 < openNumber || openParts > 0 ? 'now' : 'hold'
  }
  if (number > openNumber + aheadSegments - 1) return 'bad'
  const wanted = part ?? 0
  if (number === openNumber) return wanted < openParts ? 'now' : wanted < openParts + aheadParts ? 'hold' : 'bad'
  return wanted < aheadParts ? 'hold' : 'bad'
}
