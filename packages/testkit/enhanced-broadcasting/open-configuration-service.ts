import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How the service treats whoever asks. */
export type ConfigurationBehaviour =
  | { readonly type: 'grant'; readonly status?: 'success' | 'warning'; readonly html?: string }
  /** A refusal in the answer's own form. */
  | { readonly type: 'refuse'; readonly html: string }
  /** An HTTP error, with these words in the form of an answer. */
  | { readonly type: 'http'; readonly status: number; readonly html?: string }
  | { readonly type: 'malformed' }
  /** Takes the request and never answers. */
  | { readonly type: 'mute' }
  /** More than anybody should read. */
  | { readonly type: 'oversized' }
  | { readonly type: 'redirect'; readonly to: string }

/** One encoder as the service grants it. */
export type GrantedEncoder = {
  readonly width: number
  readonly height: number
  readonly fps: readonly [number, number]
  readonly kbps: number
}

export type ConfigurationServiceOptions = {
  /** Server of the ingest, `rtmp://host:port/app`. */
  readonly ingest: string
  readonly encoders: readonly GrantedEncoder[]
  /** The key of the session that is granted; null: the client's own. */
  readonly sessionKey?: string | null
  readonly behaviour?: ConfigurationBehaviour
}

/** What came: the body as it is, and which configuration was given for it. */
export type ConfigurationRequestSeen = { readonly body: Record<string, unknown>; readonly configId: string }

export type ConfigurationService = {
  readonly url: string
  behaviour: ConfigurationBehaviour
  readonly requests: readonly ConfigurationRequestSeen[]
  close(): Promise<void>
}

/** A platform's configuration service on 127.0.0.1, made after the public description of Twitch's and IVS's. */
export async function openConfigurationService(options: ConfigurationServiceOptions): Promise<ConfigurationService> {
  const requests: ConfigurationRequestSeen[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>
      const configId = `config-${requests.length + 1}`
      requests.push({ body, configId })
      const { behaviour } = service
      const answer = (status: number, json: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(typeof json === 'string' ? json : JSON.stringify(json))
      }
      if (behaviour.type === 'grant') answer(200, granted(options, body, configId, behaviour))
      else if (behaviour.type === 'refuse') answer(200, { status: { result: 'error', html_en_us: behaviour.html } })
      else if (behaviour.type === 'http') answer(behaviour.status, { status: { result: 'error', html_en_us: behaviour.html ?? '' } })
      else if (behaviour.type === 'malformed') answer(200, '{"meta": {')
      else if (behaviour.type === 'oversized') answer(200, `{"filler": "${'x'.repeat(4 * 1024 * 1024)}"}`)
      else if (behaviour.type === 'redirect') {
        response.writeHead(307, { location: behaviour.to })
        response.end()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const service: ConfigurationService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3/GetClientConfiguration`,
    behaviour: options.behaviour ?? { type: 'grant' },
    requests,
    close: () => closed(server),
  }
  return service
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

function granted(
  { ingest, encoders, sessionKey = null }: ConfigurationServiceOptions,
  body: Record<string, unknown>,
  configId: string,
  { status = 'success', html }: Extract<ConfigurationBehaviour, { type: 'grant' }>,
): object {
  const { maximum_video_tracks: most } = body['preferences'] as { maximum_video_tracks: number | null }
  return {
    meta: { service: 'IVS', schema_version: body['schema_version'], config_id: configId },
    status: { result: status, ...(html === undefined ? {} : { html_en_us: html }) },
    ingest_endpoints: [
      { protocol: 'RTMP', url_template: `${ingest}/{stream_key}`, ...(sessionKey === null ? {} : { authentication: sessionKey }) },
    ],
    encoder_configurations: encoders.slice(0, most ?? encoders.length).map(({ width, height, fps: [numerator, denominator], kbps }) => ({
      type: 'obs_x264',
      width,
      height,
      framerate: { numerator, denominator },
      canvas_index: 0,
      settings: { rate_control: 'CBR', bitrate: kbps, keyint_sec: 2, profile: 'high', bf: 0 },
    })),
    audio_configurations: { live: [{ codec: 'aac', track_id: 0, channels: 2, settings: { bitrate: 128 } }] },
  }
}
