import type { PlayInfo } from '@sluice/contract/api'

// The contract as types only: its schemas would make up a third of what a viewer loads.
const playPath = '/api/v1/play/'

/** Asks whether a channel is live. `unknown`: no channel plays under that name; `unreachable`: no answer that makes sense. */
export async function askPlayInfo(server: string, playId: string, signal: AbortSignal): Promise<PlayInfo | 'unknown' | 'unreachable'> {
  try {
    const response = await fetch(server + playPath + encodeURIComponent(playId), { signal, cache: 'no-store', credentials: 'omit' })
    if (response.status === 404) return 'unknown'
    const info: unknown = response.ok ? await response.json() : undefined
    return isPlayInfo(info) ? info : 'unreachable'
  } catch {
    return 'unreachable'
  }
}

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
