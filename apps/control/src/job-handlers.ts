import type { ClipWorks } from './clips/index.ts'
import type { JobKind } from './db/index.ts'
import { dropOld, type HistoryClock } from './events/index.ts'
import type { Job, JobHandler } from './jobs/index.ts'
import { applyPlannedRotation, tellOverdue } from './services/destination/index.ts'
import { expireGuestLink } from './services/guest/index.ts'
import { type Platform, type ServiceContext, systemContext } from './services/index.ts'

const hourMs = 60 * 60 * 1000
/** A file whose conversion takes Sluice down does so at each start. */
const maxConversions = 3

type Works = { platform: Platform; clips: ClipWorks; historyClock: HistoryClock }

/** What each kind of job does: a new kind is a line here, and one in `db/tables/job.ts`. */
export function jobHandlers({ platform, clips, historyClock }: Works): { readonly [Kind in JobKind]: JobHandler } {
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
    'history.prune': { run: async () => dropOld(platform.db, await historyClock.read()), everyMs: hourMs },
  }
}
