import type { Generated, Kysely, Transaction } from 'kysely'

// Portable columns only: text, whole numbers, 0 or 1 for truth, `..._at_ms` for times, JSON as text. The tables `auth_*` and
// `workspace*` are in the form that better-auth reads and writes (times as ISO 8601 text there).

type Flag = 0 | 1

export type WorkspaceTable = { id: string; name: string; slug: string; logo: string | null; metadata: string | null; created_at: string }
export type MemberTable = { id: string; workspace_id: string; user_id: string; role: string; created_at: string }
export type UserTable = {
  id: string
  name: string
  email: string
  email_verified: Flag
  image: string | null
  created_at: string
  updated_at: string
}
export type SessionTable = {
  id: string
  token: string
  user_id: string
  expires_at: string
  ip_address: string | null
  user_agent: string | null
  active_workspace_id: string | null
  created_at: string
  updated_at: string
}
export type AccountTable = {
  id: string
  account_id: string
  provider_id: string
  user_id: string
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: string | null
  refresh_token_expires_at: string | null
  scope: string | null
  created_at: string
  updated_at: string
}

export type ChannelTable = {
  id: string
  workspace_id: string
  name: string
  lock: string
  /** What was set on the channel for the failure of an input: JSON; null for nothing. */
  failover: string | null
  /** AutoRollback as JSON; null: off. */
  auto_rollback: string | null
  /** Latency budgets of its own as JSON; null for none. */
  latency_budgets: string | null
  /** Who let which setting stand outside of the classes, and why: JSON; null for none. */
  policy_overrides: string | null
  /** Rises with every change that an engine must hear of. */
  revision: number
  engine_id: string | null
  /** The random names of its HLS playback: for viewers, and for the preview of operators. */
  play_id: Generated<string>
  preview_id: Generated<string>
  play_token_sealed: string
  play_token_hash: string
  /** `name`, `last-picture`, `clip`; null: `name`. */
  slate_shows: string | null
  slate_clip_id: string | null
  /** The prepared slate that its engine is told of; the file has this name. */
  slate_key: string | null
  created_at_ms: number
  updated_at_ms: number
}
export type InputTable = {
  id: string
  channel_id: string
  /** Of `inputRoles`; `moving` inside of a transaction that lets two inputs change places. */
  role: string
  enabled: Flag
  maintenance: Generated<Flag>
  key_sealed: string
  key_hash: string
  srt_latency_ms: number
  srt_passphrase_sealed: string | null
  /** UDP port of its own, for encoders without a stream id; null: none. No two inputs have the same. */
  srt_port: number | null
  /** The listener that the engine calls, without its secrets; null: encoders call. */
  pull_url: string | null
  /** The same with them. */
  pull_sealed: string | null
  /** What the engine plays into it. */
  clip_id: string | null
  test_card: Flag | null
}
export type ClipTable = {
  id: string
  workspace_id: string
  name: string
  content_type: string
  state: string
  problem_code: string | null
  problem: string | null
  upload_bytes: number
  /** Of the loop file, as all that follows; null until it is there. */
  bytes: number | null
  duration_ms: number | null
  width: number | null
  height: number | null
  fps_milli: number | null
  has_audio: Flag
  created_at_ms: number
}
export type DestinationTable = {
  id: string
  workspace_id: string
  name: string
  platform: string
  /** `output`: made with an output, and goes with it; `kept`: made for itself. */
  origin: string
  /** Without the key, and without the passphrase that an SRT address may carry. */
  url: string
  passphrase_sealed: string | null
  /** The query of an RTMP application, where it may hold a token. */
  query_sealed: string | null
  key_sealed: string | null
  key_hint: string | null
  class: string
  tls_verify: Flag
  /** `static`, `rotating` or `guest`. */
  credential: Generated<string>
  /** `workspace`: any of its channels; `channels`: those in `destination_grant`. */
  granted_to: Generated<string>
  /** Rises with each change of address or key: by it an engine says which one an output uses. */
  place_no: Generated<number>
  /** The key that takes over at `next_at_ms`. */
  next_key_sealed: string | null
  next_key_hint: string | null
  next_at_ms: number | null
  next_by: string | null
  rotate_every_days: number | null
  rotated_at_ms: number | null
  rotated_by: string | null
  /** How the last rotation went, as far as it is known: `pending`, `applied`, `partial`, `failed`. */
  rotation_state: string | null
  /** The operator heard once that this due date has passed. */
  overdue_told_at_ms: number | null
  last_used_at_ms: number | null
  guest_link_id: string | null
  created_at_ms: number
  updated_at_ms: number
}
export type DestinationGrantTable = { destination_id: string; channel_id: string }
export type GuestLinkTable = {
  id: string
  workspace_id: string
  channel_id: string
  name: string
  token_hash: string
  class: string
  max_outputs: number
  created_by: string
  created_at_ms: number
  expires_at_ms: number
  ended: string | null
  ended_at_ms: number | null
  last_used_at_ms: number | null
}
export type OutputTable = {
  id: string
  workspace_id: string
  channel_id: string
  destination_id: string
  name: string
  class: string
  priority: number
  rung: string
  desired: string
  generation: number
  /** Limits of its own: JSON; null for none. */
  limits: string | null
  /** As in the channel. */
  policy_overrides: string | null
  created_at_ms: number
  updated_at_ms: number
}
export type ApiKeyTable = {
  id: string
  workspace_id: string
  name: string
  prefix: string
  hash: string
  scopes: string
  created_at_ms: number
  last_used_at_ms: number | null
  expires_at_ms: number | null
}
export type AuditTable = {
  id: string
  workspace_id: string
  at_ms: number
  actor_kind: string
  actor_id: string
  actor: string
  action: string
  subject_id: string | null
  summary: string
  detail: string
}
export type EventTable = {
  seq: Generated<number>
  /** Null: about the machine, for all workspaces. */
  workspace_id: string | null
  channel_id: string | null
  subject_id: string | null
  at_ms: number
  name: string
  severity: string
  message: string
  data: string
  engine_run_id: string | null
  engine_seq: number | null
}
/** One minute of one SRT connection; counts are of the minute. */
export type SrtMinuteTable = {
  seq: Generated<number>
  workspace_id: string
  channel_id: string
  subject_id: string
  side: string
  session_at_ms: number
  at_ms: number
  span_ms: number
  rtt_min_us: number
  rtt_avg_us: number
  rtt_p95_us: number
  latency_ms: number
  unique_packets: number
  loss_packets: number
  retrans_packets: number
  drop_packets: number
  belated_packets: number
  buffer_avg_ms: number
  buffer_max_ms: number
  rate_bps: number
  bandwidth_bps: number
  flight_max_packets: number
}
export type IdempotencyTable = {
  id: string
  request_hash: string
  state: string
  status: number | null
  answer_sealed: string | null
  created_at_ms: number
}
export type DeploymentTable = { name: string; value: string }
export type WorkspaceSettingTable = { workspace_id: string; uplink_kbps: number | null; updated_at_ms: number }
/** One version of one class's policy; the highest holds. Rows are added and never changed. */
export type ClassPolicyTable = {
  workspace_id: string
  class: string
  version: number
  /** 1: what Sluice ships holds, `policy` is what that was at the time. */
  is_shipped: Flag
  policy: string
  at_ms: number
  actor_kind: string
  actor_id: string
  actor: string
  reason: string
}
/** A channel that was cut down to its most important outputs: what is given back when that is taken back. */
export type ChannelRollbackTable = {
  channel_id: string
  at_ms: number
  actor: string
  /** `by hand`, or what the automatic rollback saw. */
  cause: string
  keep: number
  lock_before: string
  /** Ids of the outputs that were running before, as JSON. */
  stopped: string
  /** 1: it began by itself. */
  is_automatic: Generated<number>
  /** Windows of stability after which it ends by itself. */
  hold_windows: Generated<number>
}
/** How the last rollback of a channel ended. */
export type ChannelGuardrailTable = { channel_id: string; ended_at_ms: number; was_automatic: number; hold_windows: number }
/** A minute of what the automatic rollback judges: kept so that a restart of control loses no window. */
export type GuardrailSlotTable = {
  channel_id: string
  start_ms: number
  /** How much of it was seen. */
  covered_ms: number
  /** Packets, or frames where packets can't be counted. */
  lost: number
  due: number
  down_ms: number
  wanted_ms: number
  /** Running frame rate in 1/1000 frames a second; 0 while unknown. */
  fps_milli: number
}

export type Tables = {
  auth_user: UserTable
  auth_session: SessionTable
  auth_account: AccountTable
  workspace: WorkspaceTable
  workspace_member: MemberTable
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
  idempotency: IdempotencyTable
  deployment: DeploymentTable
  workspace_setting: WorkspaceSettingTable
  channel_rollback: ChannelRollbackTable
  channel_guardrail: ChannelGuardrailTable
  guardrail_slot: GuardrailSlotTable
  class_policy: ClassPolicyTable
}

/** The outer handle: single queries. Inside a transaction only its `Tx` may be used. */
export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>
/** What a reading function takes, so that it serves inside and outside of a transaction. */
export type Reader = Database | Tx
