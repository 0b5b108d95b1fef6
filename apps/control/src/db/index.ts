export { commit } from './commit.ts'
export { takeControlLease } from './control-lease.ts'
export { conflictOf, type DatabaseTrouble, troubleOf, troubleSentences } from './failures.ts'
export { newId } from './new-id.ts'
export { type DatabasePlace, databasePlace, openDatabase } from './open-database.ts'
export { probeWrite } from './probe-write.ts'
export type {
  ApiKeyTable,
  BroadcastTable,
  ChannelRollbackTable,
  ChannelTable,
  ClassPolicyTable,
  ClipTable,
  Database,
  DestinationTable,
  EventTable,
  GuestLinkTable,
  InputTable,
  InvitationTable,
  OutputTable,
  Reader,
  SrtMinuteTable,
  Tables,
  Tx,
} from './tables/index.ts'
