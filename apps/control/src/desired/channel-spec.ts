import type { BundleSpec, ChannelSpec, InputSpec, OutputSpec, SourcePolicy } from '@sluice/contract/link'
import type { Plan } from '@sluice/judge/plan'
import { wholeAddress } from '../destinations/index.ts'
import { type ChannelRecord, type ChannelRow, failoverOf, type InputRow, viewingOf } from '../services/channel/index.ts'
import { effectiveOf } from '../services/output/index.ts'
import type { Vault } from '../vault/index.ts'
import type { ChannelConfig } from './config-store.ts'

const hls = { segmentMs: 2000, windowSegments: 6 }

/** Where the loops lie that engines play. */
export type LoopFiles = {
  readonly testCard: string
  loop(clipId: string): string
  slate(key: string): string
  overlay(pictureId: string): string
  readonly recordings: string
}

/** Where an output publishes what its platform asked for. `wait`: it has not answered; null: nothing was asked for. */
export type PlaceOf = (output: ChannelConfig['outputs'][number]) => { readonly url: string; readonly streamKey: string } | 'wait' | null

/** Never whole: whoever is to take it opens no connection, and waits. */
const waitBundle: BundleSpec = { rungId: 'enhanced-wait', tracks: ['enhanced-wait'] }

/** What the engine is told of a channel, secrets in the clear: it goes over the local link and nowhere else. */
export function channelSpec({ record, outputs }: ChannelConfig, plan: Plan, vault: Vault, files: LoopFiles, placeOf: PlaceOf): ChannelSpec {
  const { channel, inputs } = record
  const ways = new Map(plan.outputs.map((way) => [way.outputId, way]))
  const multitrack = outputs.map((output) => severalTracks(placeOf(output), ways.get(output.id)?.tracks))
  const bundles = new Map(multitrack.flatMap((several) => (several === null ? [] : [[several.bundle.rungId, several.bundle]])))
  return {
    channelId: channel.id,
    revision: channel.revision,
    name: channel.name,
    inputs: inputs.map((input) => ({ ...inputSpec(input, vault), ...clipSpec(input, files) })),
    source: sourcePolicy(record, files),
    // One that is stopped takes nothing: it is planned when it starts.
    outputs: outputs.map((output, at) => {
      const rung = ways.get(output.id)?.rung ?? 'source'
      // An encoded rung has one audio track: which, its own spec says.
      const isChosen = output.audio_track !== null && (plan.rungs.find(({ id }) => id === rung)?.spec.audio ?? null) === null
      return { ...outputSpec(output, rung, vault), ...(isChosen ? { audioTrack: output.audio_track! } : {}), ...multitrack[at]?.spec }
    }),
    ...(plan.rungs.length === 0 ? {} : { rungs: plan.rungs.map(({ spec }) => spec) }),
    ...(plan.player.rungs.length === 1 ? {} : { playbackRungs: [...plan.player.rungs] }),
    ...picturesSpec(plan, files),
    ...(bundles.size === 0 ? {} : { bundles: [...bundles.values()] }),
    playTokenHashes: [channel.play_token_hash],
    hls: hlsSpec(channel),
    ...(channel.ended_at_ms === null ? {} : { ended: { no: channel.ended_at_ms, by: channel.ended_by ?? '' } }),
    ...recordingSpec(channel, files),
  }
}

/** What of an output's spec is another while it sends several tracks, or waits to hear which; null: nothing. */
function severalTracks(
  place: ReturnType<PlaceOf>,
  tracks: readonly string[] | undefined,
): { bundle: BundleSpec; spec: Partial<OutputSpec> } | null {
  if (place === 'wait') return { bundle: waitBundle, spec: { rung: waitBundle.rungId } }
  if (place === null || tracks === undefined) return null
  const bundle = { rungId: `tracks_${tracks.join('+')}`, tracks: [...tracks] }
  return { bundle, spec: { ...place, rung: bundle.rungId, isMultitrack: true } }
}

/** A part of 0.5 s is the usual: engines are told of another. */
function hlsSpec({ viewing }: ChannelRow): ChannelSpec['hls'] {
  const { latency, sounds } = viewingOf(viewing)
  return { ...hls, ...(latency === 'relaxed' ? { partMs: 1000 } : {}), ...(sounds.length === 0 ? {} : { sounds }) }
}

/** Absent: nothing is to be recorded. */
function recordingSpec(channel: ChannelRow, files: LoopFiles): Pick<ChannelSpec, 'recording'> {
  const { recording_mode: mode, recording_id: id, recording_paused: isPaused } = channel
  if (mode === 'off' && id === null && !isPaused) return {}
  const wish = { ...(id === null ? {} : { recordingId: id }), ...(isPaused ? { isPaused } : {}) }
  return { recording: { folder: files.recordings, always: mode === 'always', ...wish } }
}

function sourcePolicy(record: ChannelRecord, files: LoopFiles): SourcePolicy {
  const { triggerMs, holdMs, slateMs, triggers } = failoverOf(record)
  return { lock: record.channel.lock, triggerMs, holdMs, slateMs, triggers, ...slateSpec(record.channel, files) }
}

function picturesSpec({ rungs }: Plan, files: LoopFiles): Pick<ChannelSpec, 'pictures'> {
  const ids = new Set(rungs.flatMap(({ spec }) => spec.video?.overlays ?? []).map(({ pictureId }) => pictureId))
  return ids.size === 0 ? {} : { pictures: [...ids].map((pictureId) => ({ pictureId, file: files.overlay(pictureId) })) }
}

const slateSpec = ({ slate_key: key }: ChannelRow, files: LoopFiles): Pick<SourcePolicy, 'slate'> =>
  key === null ? {} : { slate: { key, file: files.slate(key) } }

function clipSpec({ clip_id, test_card }: InputRow, files: LoopFiles): Pick<InputSpec, 'clip'> {
  if (test_card) return { clip: { file: files.testCard } }
  return clip_id === null ? {} : { clip: { file: files.loop(clip_id) } }
}

/** What an SRT caller is offered. */
export function srtOffer(input: InputRow, vault: Vault): InputSpec['srt'] {
  const place = { table: 'input', column: 'srt_passphrase_sealed', row: input.id }
  const passphrase = input.srt_passphrase_sealed === null ? null : vault.open(place, input.srt_passphrase_sealed)
  return { passphrase, latencyMs: input.srt_latency_ms, ...(input.srt_port === null ? {} : { port: input.srt_port }) }
}

function inputSpec(input: InputRow, vault: Vault): InputSpec {
  return {
    inputId: input.id,
    role: input.role,
    enabled: input.enabled,
    ...(input.maintenance ? { isInMaintenance: true } : {}),
    keyHash: input.key_hash,
    srt: srtOffer(input, vault),
    ...(input.pull_sealed === null
      ? {}
      : { pull: { url: vault.open({ table: 'input', column: 'pull_sealed', row: input.id }, input.pull_sealed) } }),
  }
}

function outputSpec(output: ChannelConfig['outputs'][number], rung: string, vault: Vault): OutputSpec {
  const open = (column: 'key_sealed' | 'passphrase_sealed' | 'query_sealed'): string => {
    const sealed = output[column]
    return sealed === null ? '' : vault.open({ table: 'destination', column, row: output.destination_id }, sealed)
  }
  const { retry, queueMs, keepSessionMs } = effectiveOf(output)
  return {
    outputId: output.id,
    name: output.name,
    desired: output.desired,
    generation: output.generation,
    url: wholeAddress(output.url, { passphrase: open('passphrase_sealed'), query: open('query_sealed') }),
    streamKey: open('key_sealed'),
    placeNo: output.place_no,
    class: output.class,
    priority: output.priority,
    rung,
    ...(output.latency === 'low' ? { isLowLatency: true } : {}),
    ...(output.delay_ms === 0 ? {} : { delayMs: output.delay_ms }),
    tlsVerify: output.tls_verify,
    retry,
    autoDisable: output.policy.autoDisable,
    queueMs,
    keepSessionMs,
  }
}
