import { z } from 'zod'
import { type Fps, maxVideoTracks } from './request.ts'

/** One encoder that a client is to run. `type`: an id of OBS. Key frames are the same for all of one answer. */
export type EncoderConfiguration = {
  readonly type: string
  readonly codec: 'h264'
  readonly width: number
  readonly height: number
  readonly fps: Fps
  readonly kbps: number
  readonly gopSeconds: number
}

export type AudioConfiguration = { readonly codec: string; readonly trackId: number; readonly channels: number; readonly kbps: number }

/** Where the client is to publish. `url` has `{stream_key}` for the key; `streamKey` (a secret) overrides the client's own. */
export type Ingest = { readonly protocol: 'RTMP' | 'RTMPS'; readonly url: string; readonly streamKey: string | null }

/** A whole answer. `message`: the platform's own words, without markup. */
export type ConfigurationAnswer = {
  readonly service: string
  readonly version: string
  readonly configId: string
  readonly result: 'success' | 'warning' | 'error'
  readonly message: string | null
  readonly ingests: readonly Ingest[]
  readonly encoders: readonly EncoderConfiguration[]
  readonly liveAudio: readonly AudioConfiguration[]
  readonly vodAudio: readonly AudioConfiguration[]
}

const Rate = z.object({ numerator: z.number().int().min(1).max(1_000_000), denominator: z.number().int().min(1).max(1_000_000) })
const Audio = z.looseObject({
  codec: z.string().max(20),
  track_id: z.number().int().min(0).max(255),
  channels: z.number().int().min(1).max(8),
  settings: z.looseObject({ bitrate: z.number().int().min(8).max(1000) }),
})
const Status = z.looseObject({ result: z.string().max(40), html_en_us: z.string().max(4000).nullish() })

const Wire = z.looseObject({
  meta: z.looseObject({ service: z.string().max(60), schema_version: z.string().max(40), config_id: z.string().min(1).max(200) }),
  status: Status.nullish(),
  ingest_endpoints: z
    .array(
      z.looseObject({ protocol: z.string().max(20), url_template: z.string().max(2000), authentication: z.string().max(1000).nullish() }),
    )
    .max(32),
  encoder_configurations: z
    .array(
      z.looseObject({
        type: z.string().max(80),
        width: z.number().int().min(64).max(8192),
        height: z.number().int().min(64).max(8192),
        framerate: Rate.nullish(),
        canvas_index: z.number().int().nullish(),
        settings: z.looseObject({
          bitrate: z.number().int().min(50).max(200_000),
          keyint_sec: z.number().min(0.5).max(20).nullish(),
        }),
      }),
    )
    .max(64),
  audio_configurations: z.looseObject({ live: z.array(Audio).max(16), vod: z.array(Audio).max(16).nullish() }),
})

export type ReadAnswer =
  | { readonly answer: ConfigurationAnswer; readonly problem: null }
  | { readonly answer: null; readonly problem: string; readonly message: string | null }

const unusable = (problem: string, message: string | null = null): ReadAnswer => ({ answer: null, problem, message })

/**
 * Reads a platform's answer. Never throws. An answer that says `error` needs nothing else to be read. `canvasFps`: what an encoder without a
 * frame rate of its own runs at.
 */
export function readConfigurationAnswer(body: unknown, canvasFps: Fps): ReadAnswer {
  if (typeof body !== 'object' || body === null) return unusable('it is not a JSON object')
  const status = Status.safeParse((body as { status?: unknown }).status)
  const message = status.success ? plainWords(status.data.html_en_us ?? '') : null
  if (status.success && status.data.result === 'error') return unusable('refused', message)
  const read = Wire.safeParse(body)
  if (!read.success) return unusable(`its field ${read.error.issues[0]?.path.join('.') ?? ''} is missing or wrong`, message)
  const { meta, ingest_endpoints, encoder_configurations, audio_configurations } = read.data
  if (encoder_configurations.length === 0) return unusable('it grants no video track', message)
  if (encoder_configurations.length > maxVideoTracks) return unusable(`it asks for ${encoder_configurations.length} video tracks`, message)
  if (encoder_configurations.some(({ canvas_index }) => (canvas_index ?? 0) !== 0)) return unusable('it asks for a second canvas', message)
  const other = encoder_configurations.find(({ type }) => !isH264(type))
  if (other !== undefined) return unusable(`it asks for the encoder ${plainWords(other.type) ?? ''}, and Sluice sends H.264 here`, message)
  if (audio_configurations.live.length === 0) return unusable('it grants no audio track', message)
  const ingests = ingest_endpoints.flatMap(({ protocol, url_template, authentication }): Ingest[] => {
    const name = protocol.toUpperCase()
    return name === 'RTMP' || name === 'RTMPS' ? [{ protocol: name, url: url_template, streamKey: authentication || null }] : []
  })
  if (ingests.length === 0) return unusable('it names no RTMP server', message)
  return {
    answer: {
      service: meta.service,
      version: meta.schema_version,
      configId: meta.config_id,
      result: status.success && status.data.result !== 'success' ? 'warning' : 'success',
      message,
      ingests,
      encoders: encoder_configurations.map(({ type, width, height, framerate, settings }) => ({
        type,
        codec: 'h264',
        width,
        height,
        fps: framerate == null ? canvasFps : { num: framerate.numerator, den: framerate.denominator },
        kbps: settings.bitrate,
        gopSeconds: settings.keyint_sec ?? 2,
      })),
      liveAudio: audio_configurations.live.map(toAudio),
      vodAudio: (audio_configurations.vod ?? []).map(toAudio),
    },
    problem: null,
  }
}

const toAudio = ({ codec, track_id, channels, settings }: z.infer<typeof Audio>): AudioConfiguration => ({
  codec,
  trackId: track_id,
  channels,
  kbps: settings.bitrate,
})

/** Ids of OBS's H.264 encoders have these words in them; those of others say what they are. */
const isH264 = (type: string): boolean => /x264|h264|avc/i.test(type) || (/nvenc|qsv|amf|vaapi/i.test(type) && !/hevc|h265|av1/i.test(type))

/** Text out of markup, in one line of at most 300 characters; null where nothing is left. */
function plainWords(html: string): string | null {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" }
  const text = html
    .slice(0, 4000)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => entities[name]!)
    // Nothing of it may steer a terminal or break a line of the log.
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return text === '' ? null : text.slice(0, 300)
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The body of an answer to a client. */
export function writeConfigurationAnswer(answer: ConfigurationAnswer): object {
  const { service, version, configId, result, message, ingests, encoders, liveAudio, vodAudio } = answer
  const audio = ({ codec, trackId, channels, kbps }: AudioConfiguration) => ({
    codec,
    track_id: trackId,
    channels,
    settings: { bitrate: kbps },
  })
  return {
    meta: { service, schema_version: version, config_id: configId },
    status: { result, ...(message === null ? {} : { html_en_us: escaped(message) }) },
    ingest_endpoints: ingests.map(({ protocol, url, streamKey }) => ({
      protocol,
      url_template: url,
      ...(streamKey === null ? {} : { authentication: streamKey }),
    })),
    encoder_configurations: encoders.map(({ type, width, height, fps, kbps, gopSeconds }) => ({
      type,
      width,
      height,
      framerate: { numerator: fps.num, denominator: fps.den },
      canvas_index: 0,
      settings: { rate_control: 'CBR', bitrate: kbps, keyint_sec: gopSeconds, profile: 'high', bf: 0, ...presetOf(type) },
    })),
    audio_configurations: { live: liveAudio.map(audio), ...(vodAudio.length === 0 ? {} : { vod: vodAudio.map(audio) }) },
  }
}

/** x264 in a program that also draws and captures has no more time than this. */
const presetOf = (type: string): object => (type === 'obs_x264' ? { preset: 'veryfast' } : {})

/** The body of a refusal: OBS shows `message` in a dialog and does not start. */
export const writeConfigurationRefusal = (message: string, { service = 'IVS', version = '' } = {}): object => ({
  meta: { service, schema_version: version, config_id: 'none' },
  status: { result: 'error', html_en_us: escaped(message) },
  ingest_endpoints: [],
  encoder_configurations: [],
  audio_configurations: { live: [] },
})
