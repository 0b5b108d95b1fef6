import type { Kysely, Transaction } from 'kysely'
import type { AccountTable, PasswordResetTable, SessionTable, TwoFactorTable, UserTable } from './account.ts'
import type { ApiKeyTable } from './api-key.ts'
import type { AuditTable } from './audit.ts'
import type { BroadcastTable } from './broadcast.ts'
import type { ChannelTable } from './channel.ts'
import type { ClassPolicyTable } from './class-policy.ts'
import type { ClipTable } from './clip.ts'
import type { DeploymentTable } from './deployment.ts'
import type { DestinationGrantTable, DestinationTable } from './destination.ts'
import type { EnhancedGrantTable } from './enhanced-grant.ts'
import type { EventTable } from './event.ts'
import type { GuestLinkTable } from './guest-link.ts'
import type { IdempotencyTable } from './idempotency.ts'
import type { InputTable } from './input.ts'
import type { JobTable } from './job.ts'
import type { OutputTable } from './output.ts'
import type { PageImageTable } from './page-image.ts'
import type { PictureTable, RungPictureTable } from './picture.ts'
import type { CalibrationTable, ChannelPlanTable } from './plan.ts'
import type { PlaybackMinuteTable, PlayerTable } from './player.ts'
import type { RecordingTable } from './recording.ts'
import type { ChannelGuardrailTable, ChannelRollbackTable, GuardrailSlotTable } from './rollback.ts'
import type { RungTable, RungTemplateTable } from './rung.ts'
import type { SrtMinuteTable } from './srt-minute.ts'
import type { InvitationTable, MemberTable, WorkspaceSettingTable, WorkspaceTable } from './workspace.ts'

export type { ApiKeyTable } from './api-key.ts'
export type { ActorKind } from './audit.ts'
export type { BroadcastTable } from './broadcast.ts'
export type { ChannelTable } from './channel.ts'
export type { ClassPolicyTable } from './class-policy.ts'
export type { ClipTable } from './clip.ts'
export type { DestinationTable } from './destination.ts'
export type { EventTable } from './event.ts'
export type { GuestLinkTable } from './guest-link.ts'
export type { InputTable } from './input.ts'
export { type JobKind, type JobTable, jobKinds } from './job.ts'
export type { OutputTable } from './output.ts'
export type { PictureTable } from './picture.ts'
export type { PlaybackMinuteTable, PlayerTable } from './player.ts'
export type { RecordingTable } from './recording.ts'
export type { ChannelRollbackTable } from './rollback.ts'
export type { RungTable, RungTemplateTable } from './rung.ts'
export type { SrtMinuteTable } from './srt-minute.ts'
export type { InvitationTable } from './workspace.ts'

// Rows as control reads them. Columns are portable: text, whole numbers, `..._at_ms` for times, JSON as text. Words have their unions, which
// the database's own checks hold; truth is a boolean here and 0 or 1 in the column (`flags.ts`). Each table names its indexes and the
// queries that they serve.

export type Tables = {
  auth_user: UserTable
  auth_session: SessionTable
  auth_account: AccountTable
  auth_two_factor: TwoFactorTable
  password_reset: PasswordResetTable
  workspace: WorkspaceTable
  workspace_member: MemberTable
  invitation: InvitationTable
  channel: ChannelTable
  input: InputTable
  clip: ClipTable
  destination: DestinationTable
  destination_grant: DestinationGrantTable
  guest_link: GuestLinkTable
  output: OutputTable
  api_key: ApiKeyTable
  audit: AuditTable
  event: EventTable
  srt_minute: SrtMinuteTable
  broadcast: BroadcastTable
  recording: RecordingTable
  page_image: PageImageTable
  job: JobTable
  idempotency: IdempotencyTable
  deployment: DeploymentTable
  workspace_setting: WorkspaceSettingTable
  channel_rollback: ChannelRollbackTable
  channel_guardrail: ChannelGuardrailTable
  guardrail_slot: GuardrailSlotTable
  class_policy: ClassPolicyTable
  rung: RungTable
  rung_template: RungTemplateTable
  picture: PictureTable
  rung_picture: RungPictureTable
  channel_plan: ChannelPlanTable
  enhanced_grant: EnhancedGrantTable
  calibration: CalibrationTable
  player: PlayerTable
  playback_minute: PlaybackMinuteTable
}

/** The outer handle: single queries. Inside a transaction only its `Tx` may be used. */
export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>
/** What a reading function takes, so that it serves inside and outside of a transaction. */
export type Reader = Database | Tx
