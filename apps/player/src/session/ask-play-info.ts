import type { PlayInfo } from '@sluice/contract/api'

// The contract as types only: its schemas would make up a third of what a viewer loads.
const playPath = '/api/v1/play/'

/** `roundTripMs`: the server's clock is at most half of it away from `info.at` as it was asked. */
export type PlayAnswer = { readonly info: PlayInfo; readonly askedAtMs: number; readonly roundTripMs: number }

/**
 * Asks whether a channel is live. `unknown`: no channel plays under that name; `refused`: this site may not show the player; `unreachable`:
 * no answer that makes sense.
 */
export async function askPlayInfo(
  server: string,
  playId: string,
  signal: AbortSignal,
): Promise<PlayAnswer | 'unknown' | 'refused' | 'unreachable'> {
  const askedAtMs = Date.now()
  try {
    const response = await fetch(server + playPath + encodeURIComponent(playId), { signal, cache: 'no-store', credentials: 'omit' })
    const roundTripMs = Date.now() - askedAtMs
    if (response.status === 404) return 'unknown'
    if (response.status === 403) return 'refused'
    const info: unknown = response.ok ? await response.json() : undefined
    return isPlayInfo(info) ? { info, askedAtMs, roundTripMs } : 'unreachable'
  } catch {
    return 'unreachable'
  }
}

/** Where the beacons of a playback go. */
export const beaconUrl = (server: string, playId: string): string => `${server}${playPath}${encodeURIComponent(playId)}/beacons`

function isPlayInfo(value: unknown): value is PlayInfo {
  if (typeof value !== 'object' || value === null) return false
  const { playId, name, isLive, hls, notices, page } = value as Record<keyof PlayInfo, unknown>
  return (
    typeof playId === 'string' &&
    typeof name === 'string' &&
    typeof isLive === 'boolean' &&
    typeof hls === 'string' &&
    Array.isArray(notices) &&
    typeof page === 'object' &&
    page !== null
  )
}

/** The server's clock before ours, by the answer with the shortest way of those that came. */
export class ServerClock {
  #offsetMs = 0
  #roundTripMs = Number.POSITIVE_INFINITY

  note({ info, askedAtMs, roundTripMs }: PlayAnswer): void {
    const atMs = Date.parse(info.at)
    if (Number.isNaN(atMs) || roundTripMs < 0 || roundTripMs >= this.#roundTripMs) return
    this.#roundTripMs = roundTripMs
    this.#offsetMs = atMs - (askedAtMs + roundTripMs / 2)
  }

  get offsetMs(): number {
    return this.#offsetMs
  }
}
