export { keyCandidates } from './key-candidates.ts'
export { hashKey, KeyDirectory, type KnownKey, type PlaybackAddresses, type Route, type SrtTerms } from './key-directory.ts'
export type { Knock } from './knock.ts'
