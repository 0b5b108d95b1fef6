import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { NewEvent } from '@sluice/contract/link'
import type { Settings } from '@sluice/contract/settings'
import { ProbeMonitor, type ProbeMonitorParts } from './probe-monitor.ts'
import { ProberChild, startProberProcess } from './prober-child.ts'

/** What operators are given time for: a dark scene, a title card, a pause. */
const content = { blackMs: 10_000, frozenMs: 60_000, silentMs: 30_000 }
/** A platform is asked no more often. */
const outputEveryMs = 15_000

export type OpenProbesParts = Pick<ProbeMonitorParts, 'live' | 'config' | 'place' | 'onEvent'> & {
  readonly settings: Settings
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Logger
}

/** Probes of all channels, or none where the setting says so. */
export type Probes = { readonly monitor: ProbeMonitor; start(): void; close(): void }

export function openProbes({ settings, env, clock, log, ...parts }: OpenProbesParts): Probes {
  const { sandbox, mediaUid, dataDir, allowPrivateTargets } = settings
  const tell = (event: NewEvent): void => parts.onEvent(null, event)
  const about = { channelId: null, subjectId: null }
  const child =
    settings.probes === 'off'
      ? null
      : new ProberChild({
          ...{ clock, log },
          setup: { type: 'setup', sandbox, mediaUid, dataDir, allowPrivateTargets, content, outputEveryMs },
          start: startProberProcess(env, log),
          onMessage: (message) => monitor.receive(message),
          onLost(reason) {
            const message = `The prober ended: ${reason}. What viewers see is not known until Sluice has started it again; the show goes on.`
            tell({ ...about, name: 'prober.lost', severity: 'warning', message, data: { reason } })
          },
          onRestored() {
            tell({ ...about, name: 'prober.restored', severity: 'info', message: 'The prober looks at the channels again.' })
          },
        })
  const monitor: ProbeMonitor = new ProbeMonitor({ ...parts, clock, prober: child })
  return {
    monitor,
    start: () => monitor.start(),
    close() {
      monitor.close()
      child?.close()
    },
  }
}
