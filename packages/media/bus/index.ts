export { GopCache } from './gop-cache.ts'
export { type BusReader, type OnReaderFault, ProgrammeBus } from './programme-bus.ts'
export { type ProgrammeData, withDataTrack } from './programme-data.ts'
export { TrackSet } from './track-set.ts'
