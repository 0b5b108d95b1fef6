import { ticksPerSecond } from '@sluice/codecs/frame'
import { readSpliceSection } from '@sluice/codecs/scte35'
import type { Descriptor, EventStream } from '@sluice/containers/mpd'
import type { MediaStore } from '../store/index.ts'
import type { LoggedPeriod } from './period-log.ts'

/** Sections as they are, in base64. Spec: SCTE 214-1 §6.8.4 */
const spliceScheme = 'urn:scte:scte35:2013:xml+bin'
/** An announcement that is repeated is of the same moment. */
const sameMomentTicks = ticksPerSecond / 2

/** Breaks and other marks of SCTE-35 in a period that is listed from `fromPts` on. A break stands in it while it lasts. Spec: ISO/IEC 23009-1 §5.10.2 */
export function spliceEvents({ timed }: MediaStore, period: LoggedPeriod, next: LoggedPeriod | undefined, fromPts: number): EventStream[] {
  const events: EventStream['events'][number][] = []
  for (const { kind, id, pts, bytes } of timed) {
    if (kind !== 'scte35' || pts < period.startPts || pts >= (next?.startPts ?? Number.POSITIVE_INFINITY)) continue
    const duration = readSpliceSection(bytes)?.durationTicks ?? null
    if (pts + (duration ?? 0) < fromPts) continue
    const isRepeated = events.some(({ time, section }) => Math.abs(time - pts) < sameMomentTicks && isSame(section, bytes))
    if (!isRepeated) events.push({ id, time: Math.round(pts), duration, section: bytes })
  }
  if (events.length === 0) return []
  return [{ schemeIdUri: spliceScheme, timescale: ticksPerSecond, presentationTimeOffset: period.startPts, events }]
}

/** Captions in the pictures, in whatever language. Spec: SCTE 214-1 §6.3.2 */
export function captionsOf({ captions }: MediaStore): Descriptor[] {
  const channels = (captions ?? []).filter((service) => service !== 'SERVICE1')
  return [
    ...(channels.length === 0
      ? []
      : [{ schemeIdUri: 'urn:scte:dash:cc:cea-608:2015', value: channels.map((channel) => `${channel}=und`).join(';') }]),
    ...(captions?.includes('SERVICE1') ? [{ schemeIdUri: 'urn:scte:dash:cc:cea-708:2015', value: '1=lang:und' }] : []),
  ]
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])
