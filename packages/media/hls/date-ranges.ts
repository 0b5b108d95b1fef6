import { ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { readSpliceSection } from '@sluice/codecs/scte35'
import type { DateRange } from '@sluice/containers/m3u8'
import type { MediaStore, Segment, TimedEvent } from '../store/index.ts'

/** A break whose return nobody announces holds for so long at most. */
const longestBreakMs = 4 * 3_600_000
/** Other marks have no length: they stand while the moment itself does. */
type Break = { readonly out: TimedEvent; readonly plannedTicks: number | null; readonly eventId: number | null; back: TimedEvent | null }

/**
 * SCTE-35 as date ranges, the same in every rendition: a break is one range from its way out, which gets a second tag with the same ID once the way
 * back is announced; other marks are a range each. A range stays while a date in it is in the list. Spec: RFC 8216 §4.3.2.7.1
 */
export function dateRanges(store: MediaStore, segments: readonly Segment[]): DateRange[] {
  const first = segments[0]
  if (first === undefined) return []
  const breaks: Break[] = []
  const marks: TimedEvent[] = []
  for (const event of store.timed) {
    const splice = event.kind === 'scte35' ? readSpliceSection(event.bytes) : null
    if (splice === null) continue
    const { kind, eventId, durationTicks } = splice
    if (kind === 'out') {
      // Announcements are repeated until the moment has come, and that moment is the break's name.
      if (!breaks.some(({ out, eventId: own }) => own === eventId && isSameMoment(out, event)))
        breaks.push({ out: event, plannedTicks: durationTicks, eventId, back: null })
    } else if (kind === 'in') {
      const open = breaks.findLast(({ out, eventId: own }) => (own === eventId || own === null || eventId === null) && out.pts < event.pts)
      if (open !== undefined) open.back ??= event
    } else if (!marks.some((mark) => isSameMoment(mark, event) && isSameSection(mark, event))) marks.push(event)
  }
  const fromMs = first.startWallMs
  return [
    ...breaks.flatMap((one) => (endOf(one) >= fromMs ? rangesOf(one) : [])),
    ...marks
      .filter(({ wallMs }) => wallMs >= fromMs)
      .map((mark): DateRange => ({ id: idOf(mark), startMs: mark.wallMs, scte35: { as: 'CMD', section: mark.bytes } })),
  ].sort((a, b) => a.startMs - b.startMs)
}

const idOf = ({ id }: TimedEvent): string => `scte35-${id.toString(36)}`
const isSameMoment = (a: TimedEvent, b: TimedEvent): boolean => Math.abs(a.pts - b.pts) < ticksPerSecond / 2
const isSameSection = (a: TimedEvent, b: TimedEvent): boolean =>
  a.bytes.length === b.bytes.length && a.bytes.every((byte, i) => byte === b.bytes[i])

const endOf = ({ out, plannedTicks, back }: Break): number =>
  back?.wallMs ?? out.wallMs + (plannedTicks === null ? longestBreakMs : plannedTicks / ticksPerMs)

function rangesOf({ out, plannedTicks, back }: Break): DateRange[] {
  const planned = plannedTicks === null ? {} : { plannedDurationS: plannedTicks / ticksPerSecond }
  const way: DateRange = { id: idOf(out), startMs: out.wallMs, ...planned, scte35: { as: 'OUT', section: out.bytes } }
  if (back === null) return [way]
  return [way, { id: way.id, startMs: way.startMs, endMs: Math.max(back.wallMs, way.startMs), scte35: { as: 'IN', section: back.bytes } }]
}
