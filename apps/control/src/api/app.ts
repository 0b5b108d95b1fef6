import type { Logger } from '@sluice/base/log'
import type { Settings } from '@sluice/contract/settings'
import type { Plan } from '@sluice/judge/plan'
import type { Accounts } from '../accounts/index.ts'
import type { PlaybackMonitor } from '../beacons/index.ts'
import type { Clips } from '../clips/index.ts'
import type { ChannelConfig, ConfigStore } from '../desired/index.ts'
import type { EventLog } from '../events/index.ts'
import type { FigureHistories } from '../figure-history/index.ts'
import type { Guardrail } from '../guardrail/index.ts'
import type { LatencyMonitor } from '../latency/index.ts'
import type { Metrics } from '../metrics/index.ts'
import type { BroadcastSight, Presenter, PublicPorts } from '../present/index.ts'
import type { Probes } from '../probes/index.ts'
import type { Reconciler, ViewersProcess } from '../reconcile/index.ts'
import type { RecordingWorks } from '../recordings/index.ts'
import type { Platform } from '../services/index.ts'
import type { StreamHub } from '../stream/index.ts'
import type { OwnHosts } from './own-hosts.ts'

/** The parts of control that the API answers out of. */
export type App = {
  readonly settings: Settings
  readonly log: Logger
  readonly platform: Platform
  readonly accounts: Accounts
  readonly hosts: OwnHosts
  readonly presenter: Presenter
  readonly broadcasts: BroadcastSight
  readonly clips: Clips
  readonly recordings: RecordingWorks
  readonly configs: ConfigStore
  /** The plan of a channel as it is configured now. */
  readonly plans: { planOf(config: ChannelConfig): Plan }
  readonly hub: StreamHub
  readonly events: EventLog
  readonly reconciler: Reconciler
  /** Null: nobody serves viewers. */
  readonly viewers: ViewersProcess | null
  readonly metrics: Metrics
  readonly metricsToken: string
  readonly guardrail: Guardrail
  readonly latency: LatencyMonitor
  readonly playback: PlaybackMonitor
  readonly figureHistories: FigureHistories
  readonly probes: Probes
  /** Ports as they really are, once the engines have said so. */
  ports(): PublicPorts
}
