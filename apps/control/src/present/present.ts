import { isRtmp, isSrt, readAddress } from '@sluice/base/address'
import { isoTime } from '@sluice/base/clock'
import type { OutputState } from '@sluice/base/words'
import {
  type Channel,
  type ChannelSlate,
  type Clip,
  clipStates,
  type EnhancedStanding,
  type EventPage,
  type Input,
  type Output,
  type PlayInfo,
} from '@sluice/contract/api'
import type { ChannelActual, OutputActual } from '@sluice/contract/link'
import { playbackLimits, playbackNotices } from '@sluice/contract/playback'
import { isTroubled } from '@sluice/judge'
import type { LiveState } from '../observed/index.ts'
import { type ChannelRecord, type ChannelRow, type InputRow, viewingOf } from '../services/channel/index.ts'
import type { ClipRecord } from '../services/clip/index.ts'
import { effectiveOf, type OutputRecord, outputStanding, readLimits } from '../services/output/index.ts'
import { readLadder } from '../services/plan/index.ts'
import type { PlayerRecord } from '../services/player/index.ts'
import { pageState, presentPage, type StoredBroadcast } from './event-page.ts'
import { presentChannelRecording } from './present-recording.ts'
import { hlsUrl, ingestUrls, type PublicPlace, playbackUrls } from './public-urls.ts'
import type { RowFacts } from './row-facts.ts'

/** What a presented thing needs besides its rows. */
export type Presenter = {
  facts: RowFacts
  live: LiveState
  slates: SlateSight
  clips: ClipSight
  enhanced: EnhancedSight
  applied: AppliedSight
}
/** What the platform of an output with Enhanced Broadcasting has said; null: it was not asked. */
export type EnhancedSight = { standing(outputId: string): EnhancedStanding | null }
/** What is stored of a channel's last broadcast. */
export type BroadcastSight = { last(channelId: string): StoredBroadcast | null }
/** What is known of a channel's slate, and of a clip's conversion. */
export type SlateSight = { view(record: ChannelRecord): ChannelSlate }
export type ClipSight = { progress(clipId: string): number | null }
/** Whether the engines know a channel, or an input's key, as it is stored. */
export type AppliedSight = { channel(channelId: string, revision: number): boolean; key(channelId: string, keyHash: string): boolean }
/** For whom: where they reach Sluice, and whether they may see stream keys. */
export type Audience = { place: PublicPlace; canReadKeys: boolean }

export function presentInput({ facts, live, applied }: Presenter, row: InputRow, { place, canReadKeys }: Audience): Input {
  const key = canReadKeys ? facts.secret('input', row, 'key_sealed') : null
  return {
    id: row.id,
    role: row.role,
    enabled: row.enabled,
    maintenance: row.maintenance,
    streamKey: key,
    urls: key === null ? null : ingestUrls(place, key),
    srt: {
      latencyMs: row.srt_latency_ms,
      hasPassphrase: row.srt_passphrase_sealed !== null,
      port: row.srt_port,
      url: row.srt_port === null ? null : `srt://${place.host}:${row.srt_port}`,
    },
    pull: presentPull(facts, row),
    clip: row.test_card ? 'test-card' : row.clip_id,
    applied: applied.key(row.channel_id, row.key_hash),
    actual: live.input(row.channel_id, row.id),
  }
}

function presentPull(facts: RowFacts, row: InputRow): Input['pull'] {
  const { pull_url, pull_sealed } = row
  if (pull_url === null || pull_sealed === null) return null
  const whole = facts.secret('input', row as { id: string; pull_sealed: string }, 'pull_sealed')
  const address = readAddress(whole)
  const isWeb = address !== null && !isSrt(address) && !isRtmp(address)
  return {
    url: pull_url,
    hasStreamId: address !== null && isSrt(address) && address.srt.streamId !== '',
    hasPassphrase: address !== null && isSrt(address) && address.srt.passphrase !== undefined,
    hasStreamName: address !== null && isRtmp(address),
    hasLogin: address !== null && !isSrt(address) && address.user !== null,
    hasQuery: isWeb && address.query !== '',
  }
}

export function presentChannel(presenter: Presenter, record: ChannelRecord, audience: Audience): Channel {
  const { channel, inputs, outputIds } = record
  const { facts, live } = presenter
  const actual = live.channel(channel.id)
  const token = facts.secret('channel', channel, 'play_token_sealed')
  const states = outputIds.map((id) => live.output(id)?.state ?? 'idle')
  const silentSince = live.staleSince(channel.id)
  // What is not known to be live does not count as live: it is what somebody has to look at.
  const isLive = (state: OutputState): boolean => state === 'live' && silentSince === null
  return {
    id: channel.id,
    name: channel.name,
    state: actual?.state ?? 'idle',
    source: actual?.source ?? 'none',
    lock: channel.lock,
    since: actual?.since ?? null,
    inputs: inputs.map((input) => presentInput(presenter, input, audience)),
    playback: {
      ...playbackUrls(audience.place, channel, token),
      notices: playbackNotices(actual),
      ladder: readLadder(channel.ladder),
      viewing: viewingOf(channel.viewing),
    },
    outputs: {
      total: outputIds.length,
      live: states.filter(isLive).length,
      troubled: states.filter((state) => isTroubled(state, silentSince !== null)).length,
    },
    engine: engineOf(actual, channel.engine_id, silentSince),
    applied: presenter.applied.channel(channel.id, channel.revision),
    slate: presenter.slates.view(record),
    ...facts.settings(record),
    returnsAt: actual?.returnsAt ?? null,
    // An engine from before there were further backups names no input: only the primary could return.
    returnsTo: actual?.returnsTo ?? (actual?.returnsAt ? 'primary' : null),
    ended: endOf(channel, actual),
    slateEndsAt: actual?.slateEndsAt ?? null,
    page: presentPage(channel, audience.place),
    recording: presentChannelRecording(live, channel, actual),
    createdAt: isoTime(channel.created_at_ms),
  }
}

/** Null once the engine says that a new broadcast has begun, though the mark is not taken away yet. */
const endOf = ({ ended_at_ms: atMs, ended_by: by }: ChannelRow, actual: ChannelActual | null): Channel['ended'] =>
  atMs === null || actual?.resumedNo === atMs ? null : { at: isoTime(atMs), by: by ?? '' }

function engineOf(actual: ChannelActual | null, id: string | null, silentSince: string | null): Channel['engine'] {
  if (actual === null || id === null) return null
  return { id, state: silentSince === null ? 'up' : 'silent', silentSince }
}

export const presentClip = (clips: ClipSight, row: ClipRecord): Clip => ({
  id: row.id,
  name: row.name,
  kind: row.content_type.startsWith('image/') ? 'image' : 'video',
  contentType: row.content_type,
  state: clipStates.find((state) => state === row.state) ?? 'failed',
  progress: row.state === 'converting' ? (clips.progress(row.id) ?? 0) : null,
  problem: row.problem_code === null ? null : { code: row.problem_code, message: row.problem ?? '' },
  uploadBytes: row.upload_bytes,
  bytes: row.bytes,
  durationMs: row.duration_ms,
  width: row.width,
  height: row.height,
  fps: row.fps_milli === null ? null : row.fps_milli / 1000,
  hasAudio: row.has_audio,
  usedBy: { channels: row.channels, inputs: row.inputs },
  createdAt: isoTime(row.created_at_ms),
})

export const presentOutput = ({ live, enhanced }: Pick<Presenter, 'live' | 'enhanced'>, row: OutputRecord): Output =>
  presentOutputAs(row, live.output(row.id), live.staleSince(row.channel_id), enhanced.standing(row.id))

const notAsked: EnhancedStanding = { state: 'waiting', code: null, message: null, tracks: [] }

/** In `on` a refusal is one track, which is sent. */
function standingOf(mode: Output['enhanced'], said: EnhancedStanding | null): EnhancedStanding | null {
  if (mode === 'off') return null
  if (said === null) return notAsked
  return said.state === 'refused' && mode === 'on' ? { ...said, state: 'single' } : said
}

const presentOutputAs = (
  row: OutputRecord,
  actual: OutputActual | null,
  staleSince: string | null,
  said: EnhancedStanding | null,
): Output => ({
  id: row.id,
  channelId: row.channel_id,
  destinationId: row.destination_id,
  name: row.name,
  platform: row.platform,
  url: row.url,
  hasKey: row.has_key,
  class: row.class,
  priority: row.priority,
  rung: row.rung,
  latency: row.latency,
  delayMs: row.delay_ms,
  audioTrack: row.audio_track,
  probeUrl: row.probe_url,
  enhanced: row.enhanced,
  enhancedStanding: standingOf(row.enhanced, said),
  desired: row.desired === 'running' ? 'running' : 'stopped',
  actual,
  staleSince,
  // Nothing is sent, and that is no normal start.
  isTroubled: isTroubled(actual?.state ?? null, staleSince !== null) || (row.enhanced === 'only' && said?.state === 'refused'),
  guest: row.guest,
  limits: readLimits(row.limits),
  effective: effectiveOf(row),
  ...outputStanding(row),
  createdAt: isoTime(row.created_at_ms),
})

/** What anyone may know of a channel whose play id they have. */
export const presentPlay = (
  live: LiveState,
  broadcasts: BroadcastSight,
  { channel, player }: { channel: ChannelRow; player: PlayerRecord | null },
  place: PublicPlace,
  nowMs: number,
): PlayInfo => {
  const { id, play_id: playId, name } = channel
  const actual = live.channel(id)
  const page = withLook(presentPage(channel, place), player)
  const isLive = actual?.state === 'live' && actual.hlsReady
  const notices = playbackLimits(actual).map(({ kind, mimeType, forViewers }) => ({ kind, mimeType, text: forViewers }))
  const state = pageState(
    actual,
    live.stats(id).broadcast ?? null,
    broadcasts.last(id),
    { endedAtMs: actual?.resumedNo === channel.ended_at_ms ? null : channel.ended_at_ms, startsAt: page.startsAt },
    nowMs,
  )
  const look = player && { accent: player.look.accent, background: player.look.background, logo: player.look.logo, start: player.start }
  return {
    at: isoTime(nowMs),
    playId: player?.play_id ?? playId,
    name,
    isLive,
    hls: hlsUrl(place, playId),
    notices,
    state,
    page,
    player: look,
  }
}

/** The page of a channel as one player of it shows it. */
function withLook(page: EventPage, player: PlayerRecord | null): EventPage {
  if (player === null) return page
  const { title, text, accent, logo } = player.look
  return {
    ...page,
    title: title ?? page.title,
    text: text ?? page.text,
    colour: accent ?? page.colour,
    logo: logo ? page.logo : null,
  }
}
