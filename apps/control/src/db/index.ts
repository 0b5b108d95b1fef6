export { commit } from './commit.ts'
export { acquireControlLease } from './control-lease.ts'
export { conflictOf, type DatabaseTrouble, troubleOf, troubleSentences } from './failures.ts'
export { newId } from './new-id.ts'
export { type DatabasePlace, databasePlace, openDatabase } from './open-database.ts'
export { probeWrite } from './probe-write.ts'
export { RowQueue } from './row-queue.ts'
export {
  type ApiKeyTable,
  type BroadcastTable,
  type ChannelRollbackTable,
  type ChannelTable,
  type ClassPolicyTable,
  type ClipTable,
  type Database,
  type DestinationTable,
  type EventTable,
  type GuestLinkTable,
  type InputTable,
  type InvitationTable,
  type JobKind,
  type JobTable,
  jobKinds,
  type OutputTable,
  type PictureTable,
  type PlaybackMinuteTable,
  type PlayerTable,
  type Reader,
  type RecordingTable,
  type RungTable,
  type RungTemplateTable,
  type SrtMinuteTable,
  type Tables,
  type Tx,
} from './tables/index.ts'
