import type { ClipWorks } from './clips/index.ts'
import type { JobKind } from './db/index.ts'
import { dropOld, type HistoryClock } from './events/index.ts'
import type { Job, JobHandler } from './jobs/index.ts'
import type { RecordingWorks } from './recordings/index.ts'
import { applyPlannedRotation, tellOverdue } from './services/destination/index.ts'
import { expireGuestLink } from './services/guest/index.ts'
import { type Platform, type ServiceContext, systemContext } from './services/index.ts'

const hourMs = 60 * 60 * 1000
/** A file whose conversion takes Sluice down does so at each start. */
const maxConversions = 3

type Works = { platform: Platform; clips: ClipWorks; recordings: RecordingWorks; historyClock: HistoryClock }

/** What each kind of job does: a new kind is a line here, and one in `db/tables/job.ts`. */
export function jobHandlers({ platform, clips, recordings, historyClock }: Works): { readonly [Kind in JobKind]: JobHandler } {
  /** A verb that acts as the schedule. */
  const verb = (run: (ctx: ServiceContext, id: string) => Promise<void>): JobHandler => ({
    run: ({ workspaceId, subjectId }) => run(systemContext(platform, workspaceId ?? ''), subjectId),
  })
  return {
    'key.rotate': verb(applyPlannedRotation),
    'key.overdue': verb(tellOverdue),
    'guest.expire': verb(expireGuestLink),
    'clip.convert': {
      run: ({ subjectId }: Job) => clips.convert(subjectId),
      giveUp: ({ subjectId }: Job) => clips.giveUp(subjectId),
      isLong: true,
      maxAttempts: maxConversions,
    },
    'recording.finish': { run: ({ subjectId, workspaceId }: Job) => recordings.finish(subjectId, workspaceId ?? ''), isLong: true },
    'recording.prune': { run: () => recordings.prune(), everyMs: hourMs },
    'history.prune': { run: async () => dropOld(platform.db, await historyClock.read()), everyMs: hourMs },
  }
}
