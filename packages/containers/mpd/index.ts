export { formatMpd } from './format-mpd.ts'
export type { AdaptationSet, Descriptor, EventStream, Mpd, Period, Representation, TimelineSegment } from './mpd.ts'
export { parseMpd, type ReadMpd, type ReadPeriod, type ReadRepresentation } from './parse-mpd.ts'
