import type { ChannelRow } from '../services/channel/index.ts'

/** Ports that encoders and viewers reach; `rtmps` and `srt` are null where the engine does not offer them. */
export type PublicPorts = { http: number; mediaHttp: number; rtmp: number; rtmps: number | null; srt: number | null }

/** Where a caller reaches Sluice: the host it asked for, or the one the operator named. */
export type PublicPlace = {
  /** As in a URL: IPv6 in brackets. */
  host: string
  /** `http://host:8080`, as the caller came. */
  origin: string
  /** `https://media.example` when the operator named one; else host and media port. */
  mediaOrigin: string
  ports: PublicPorts
}

const defaultRtmpPort = 1935

/** The server field of OBS, and whole addresses with a key in them. */
export function ingestUrls({ host, ports }: PublicPlace, key: string) {
  const rtmp = `rtmp://${host}${ports.rtmp === defaultRtmpPort ? '' : `:${ports.rtmp}`}/live`
  const rtmps = ports.rtmps === null ? '' : `rtmps://${host}:${ports.rtmps}/live`
  return {
    server: { rtmp, rtmps },
    rtmp: `${rtmp}/${key}`,
    rtmps: rtmps === '' ? '' : `${rtmps}/${key}`,
    srt: ports.srt === null ? '' : `srt://${host}:${ports.srt}?streamid=publish:${key}`,
  }
}

export const hlsUrl = (place: PublicPlace, playId: string): string => `${place.mediaOrigin}/${playId}/index.m3u8`

/** Where a channel plays. `~` and the preview's name mark a session that counts as no viewer. */
export function playbackUrls(place: PublicPlace, { play_id: playId, preview_id: previewId }: ChannelRow, playToken: string) {
  return {
    playId,
    hls: hlsUrl(place, playId),
    dash: `${place.mediaOrigin}/${playId}/manifest.mpd`,
    preview: `${place.mediaOrigin}/${playId}/~${previewId}/plain.m3u8`,
    page: `${place.origin}/watch/${playId}`,
    embed: `${place.origin}/embed/${playId}`,
    rtmp: ingestUrls(place, playToken).rtmp,
  }
}
