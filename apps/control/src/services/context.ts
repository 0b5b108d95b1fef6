import type { Clock } from '@sluice/base/clock'
import type { Scope } from '@sluice/contract/api'
import type { HardwareEncoder, HardwareKind, HardwareRefusal, NewEvent } from '@sluice/contract/link'
import type { PortRange } from '@sluice/contract/settings'
import type { PlanRequest } from '@sluice/judge/plan'
import type { Database } from '../db/index.ts'
import type { Catalogue } from '../destinations/index.ts'
import type { Mailer } from '../mail/index.ts'
import type { Vault } from '../vault/index.ts'

/** Who acts. `operator` is the bearer of SLUICE_ADMIN_TOKEN, `guest` of a guest link; `system` is what was planned and is due. */
export type Actor = { kind: 'user' | 'api-key' | 'operator' | 'guest' | 'system'; id: string; name: string }

/** What a committed verb sets in motion. `channel` names a channel whose configuration is another now. */
export type Effect =
  | { type: 'event'; workspaceId: string; event: NewEvent }
  | { type: 'channel'; workspaceId: string; channelId: string }
  /** Something has another due time. */
  | { type: 'due' }
  | { type: 'clip-deleted'; clipId: string }
  | { type: 'picture-deleted'; pictureId: string }
  | { type: 'recording-deleted'; recordingId: string }
  /** An input plays the built-in test card, which is made at its first use. */
  | { type: 'test-card' }
  /** What a person may do or see is another now, or nothing: their event streams end, and open anew with what holds now. */
  | { type: 'access'; actorId: string }
  | { type: 'gone'; workspaceId: string; channelId: string; kind: 'channel' | 'output'; id: string }

/** What plans of encodings follow from besides rows. */
export type PlanSight = {
  facts(channelId: string): Pick<PlanRequest, 'channelId' | 'liveSinceMs' | 'sources' | 'machine' | 'others' | 'asked' | 'failed'>
  /** Encoders in hardware that engines of this machine tried. `held`: that failed in mid-show; nothing new is planned on them for a while. */
  readonly hardware: {
    readonly encoders: readonly HardwareEncoder[]
    readonly refused: readonly HardwareRefusal[]
    readonly held: readonly { readonly kind: HardwareKind; readonly untilMs: number }[]
  }
  /** The encodings that the channel has been planned, by id. */
  rungIds(channelId: string): ReadonlySet<string>
}

/** What every verb works with, whoever calls. */
export type Platform = {
  readonly db: Database
  readonly vault: Vault
  readonly catalogue: Catalogue
  readonly plans: PlanSight
  readonly clock: Clock
  readonly allowPrivateTargets: boolean
  /** Null: no mail server is set. */
  readonly mail: Mailer | null
  /** UDP ports that inputs may have for themselves, without those that Sluice listens on anyway; null: none. */
  readonly srtInputPorts: (PortRange & { readonly not: readonly number[] }) | null
  /** Called after the commit, in order; must not throw. Resolves once the engines know of it, or it took too long. */
  onCommitted(effects: readonly Effect[]): Promise<void>
  /** The database was lost before it said whether the transaction stands: what it may have changed is read again. */
  onUnsure(effects: readonly Effect[]): void
  /** Every secret is sealed under another key: what is kept of rows in memory is read again. Rejects when it could not be. */
  onResealed(): Promise<void>
}

/** A row that a request holds by its Idempotency-Key; `atMs` tells one holder from the next. */
export type IdempotencyClaim = { readonly id: string; readonly atMs: number }

/** One caller in one workspace. */
export type ServiceContext = {
  readonly platform: Platform
  readonly workspaceId: string
  readonly actor: Actor
  readonly scopes: ReadonlySet<Scope>
  /** That the request was done is written together with what it did. */
  readonly claim?: IdempotencyClaim | null
}
