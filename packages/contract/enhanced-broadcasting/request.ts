import { z } from 'zod'

/** The largest request or answer that is read: OBS's own are some 3 kB. */
export const maxConfigurationBytes = 64 * 1024
/** Of the shapes that OBS sends, by its 30.2, 31 and 32. Each is read; the answer repeats the one that came. */
const configurationVersions = ['2024-06-04', '2025-01-25'] as const
/** OBS starts no more encoders than this for one stream. */
export const maxVideoTracks = 10

const pixels = z.number().int().min(16).max(16_384)
const Rate = z.object({ numerator: z.number().int().min(1).max(1_000_000), denominator: z.number().int().min(1).max(1_000_000) })
const Canvas = z.looseObject({
  width: pixels,
  height: pixels,
  canvas_width: pixels.nullish(),
  canvas_height: pixels.nullish(),
  framerate: Rate,
})
const positive = z.number().positive().nullish()

/** What a client posts before it goes live. Fields that nothing follows from are let through unread. */
const Wire = z.looseObject({
  service: z.string().max(60),
  schema_version: z.string().max(40),
  authentication: z.string().max(500),
  client: z.looseObject({
    name: z.string().max(80),
    version: z.string().max(80),
    supported_codecs: z.array(z.string().max(40)).max(32),
    supported_encoders: z.array(z.string().max(80)).max(200).nullish(),
  }),
  capabilities: z
    .looseObject({
      gpu: z
        .array(z.looseObject({ vendor_id: z.number().int() }))
        .max(16)
        .nullish(),
    })
    .nullish(),
  preferences: z.looseObject({
    maximum_aggregate_bitrate: positive,
    maximum_video_tracks: positive,
    vod_track_audio: z.boolean().nullish(),
    audio_samples_per_sec: z.number().int().nullish(),
    audio_channels: z.number().int().nullish(),
    canvases: z.array(Canvas).min(1).max(8).nullish(),
    // Before canvases there was one, flat.
    width: pixels.nullish(),
    height: pixels.nullish(),
    framerate: Rate.nullish(),
  }),
})

export type Fps = { readonly num: number; readonly den: number }

/** A request for an encoder configuration, whatever its version. `streamKey` is a secret. */
export type ConfigurationRequest = {
  readonly service: string
  readonly version: string
  readonly streamKey: string
  readonly client: { readonly name: string; readonly version: string }
  readonly codecs: readonly string[]
  /** Ids of OBS; null: the client is too old to say. */
  readonly encoders: readonly string[] | null
  readonly gpuVendors: readonly number[]
  /** The main one. */
  readonly canvas: { readonly width: number; readonly height: number; readonly fps: Fps }
  /** kbit/s of all video together; null: no limit. */
  readonly maxKbps: number | null
  readonly maxTracks: number
  readonly wantsVodAudio: boolean
  readonly audioChannels: number
}

export type ReadRequest =
  | { readonly request: ConfigurationRequest; readonly problem: null }
  /** `at`: the path of the field that is missing or wrong. */
  | { readonly request: null; readonly problem: 'not-json' | 'shape' | 'version'; readonly at: string }

const refused = (problem: 'not-json' | 'shape' | 'version', at: string): ReadRequest => ({ request: null, problem, at })

/** Reads what a client posted. Never throws; nothing of the key is in the answer but the key itself. */
export function readConfigurationRequest(body: unknown): ReadRequest {
  if (typeof body !== 'object' || body === null) return refused('not-json', '')
  const version = (body as { schema_version?: unknown }).schema_version
  if (typeof version === 'string' && !/^20\d\d-\d\d-\d\d$/.test(version)) return refused('version', version.slice(0, 40))
  const read = Wire.safeParse(body)
  if (!read.success) return refused('shape', read.error.issues[0]?.path.join('.') ?? '')
  const { service, schema_version, authentication, client, capabilities, preferences } = read.data
  const canvas = preferences.canvases?.[0] ?? flatCanvas(preferences)
  if (canvas === null) return refused('shape', 'preferences.canvases')
  const { width, height, framerate } = canvas
  return {
    request: {
      service,
      version: schema_version,
      streamKey: authentication,
      client: { name: client.name, version: client.version },
      codecs: client.supported_codecs,
      encoders: client.supported_encoders ?? null,
      gpuVendors: (capabilities?.gpu ?? []).map(({ vendor_id }) => vendor_id),
      canvas: { width, height, fps: { num: framerate.numerator, den: framerate.denominator } },
      maxKbps: preferences.maximum_aggregate_bitrate ?? null,
      maxTracks: Math.min(maxVideoTracks, Math.max(1, Math.floor(preferences.maximum_video_tracks ?? maxVideoTracks))),
      wantsVodAudio: preferences.vod_track_audio === true,
      audioChannels: preferences.audio_channels === 1 ? 1 : 2,
    },
    problem: null,
  }
}

function flatCanvas({ width, height, framerate }: z.infer<typeof Wire>['preferences']) {
  return width == null || height == null || framerate == null ? null : { width, height, framerate }
}

/** What Sluice asks a platform with, as a client of it. */
export type RequestToSend = {
  readonly streamKey: string
  readonly canvas: { readonly width: number; readonly height: number; readonly fps: Fps }
  readonly maxKbps: number | null
  /** Null: as many as the platform likes. */
  readonly maxTracks: number | null
  readonly wantsVodAudio: boolean
  readonly machine: { readonly cores: number; readonly memoryBytes: number; readonly freeBytes: number }
}

/**
 * The body of such a request. It claims what Sluice has: encoders in software, H.264, no graphics card, and the form of OBS, which is the
 * only client that the schema was made for.
 */
export function writeConfigurationRequest({ streamKey, canvas, maxKbps, maxTracks, wantsVodAudio, machine }: RequestToSend): string {
  const { width, height, fps } = canvas
  const { cores, memoryBytes, freeBytes } = machine
  return JSON.stringify({
    service: 'IVS',
    schema_version: configurationVersions.at(-1),
    authentication: streamKey,
    client: { name: 'sluice', version: '1.0.0', supported_codecs: ['h264'], supported_encoders: ['obs_x264'] },
    capabilities: {
      cpu: { physical_cores: cores, logical_cores: cores, speed: 0, name: 'unknown' },
      memory: { total: memoryBytes, free: freeBytes },
      gaming_features: null,
      system: { name: 'Linux', version: '', build: 0, release: '', revision: '0', bits: 64, arm: false, armEmulation: false },
      gpu: [],
    },
    preferences: {
      maximum_aggregate_bitrate: maxKbps,
      maximum_video_tracks: maxTracks,
      vod_track_audio: wantsVodAudio,
      composition_gpu_index: 0,
      audio_samples_per_sec: 48_000,
      audio_channels: 2,
      audio_fixed_buffering: false,
      audio_max_buffering_ms: 960,
      canvases: [{ width, height, canvas_width: width, canvas_height: height, framerate: { numerator: fps.num, denominator: fps.den } }],
    },
  })
}
