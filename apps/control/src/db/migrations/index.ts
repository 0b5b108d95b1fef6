import type { Migration } from 'kysely/migration'
import { firstMigration } from './0001-first.ts'
import { srtMigration } from './0002-srt.ts'
import { operationsMigration } from './0003-operations.ts'
import { failoverMigration } from './0004-failover.ts'
import { inputsMigration } from './0005-inputs.ts'
import { clipsMigration } from './0006-clips.ts'
import { policiesMigration } from './0007-policies.ts'
import { credentialsMigration } from './0008-credentials.ts'
import { measuresMigration } from './0009-measures.ts'
import { maintenanceMigration } from './0010-maintenance.ts'
import { addressesMigration } from './0012-addresses.ts'
import { playbackMigration } from './0013-playback.ts'
import { eventNamesMigration } from './0014-event-names.ts'
import { broadcastsMigration } from './0015-broadcasts.ts'
import { jobsMigration } from './0016-jobs.ts'
import { showMigration } from './0017-show.ts'
import { peopleMigration } from './0018-people.ts'
import { rungsMigration } from './0019-rungs.ts'
import { plansMigration } from './0020-plans.ts'
import { picturesMigration } from './0021-pictures.ts'
import { enhancedMigration } from './0022-enhanced.ts'
import { ladderMigration } from './0023-ladder.ts'
import { playersMigration } from './0024-players.ts'
import { recordingsMigration } from './0025-recordings.ts'
import { viewingMigration } from './0026-viewing.ts'
import { probesMigration } from './0027-probes.ts'

/** All steps of the schema, in the order of their names. A step that was released is never edited. */
export const migrations: Record<string, Migration> = {
  '0001-first': firstMigration,
  '0002-srt': srtMigration,
  '0003-operations': operationsMigration,
  '0004-failover': failoverMigration,
  '0005-inputs': inputsMigration,
  '0006-clips': clipsMigration,
  '0007-policies': policiesMigration,
  '0008-credentials': credentialsMigration,
  '0009-measures': measuresMigration,
  '0010-maintenance': maintenanceMigration,
  '0012-addresses': addressesMigration,
  '0013-playback': playbackMigration,
  '0014-event-names': eventNamesMigration,
  '0015-broadcasts': broadcastsMigration,
  '0016-jobs': jobsMigration,
  '0017-show': showMigration,
  '0018-people': peopleMigration,
  '0019-rungs': rungsMigration,
  '0020-plans': plansMigration,
  '0021-pictures': picturesMigration,
  '0022-enhanced': enhancedMigration,
  '0023-ladder': ladderMigration,
  '0024-players': playersMigration,
  '0025-recordings': recordingsMigration,
  '0026-viewing': viewingMigration,
  '0027-probes': probesMigration,
}
