export { formatMpd } from './format-mpd.ts'
export type { AdaptationSet, Descriptor, EventStream, Mpd, Period, Representation, TimelineSegment } from './mpd.ts'
export { parseMpd, type ReadMpd } from './parse-mpd.ts'
