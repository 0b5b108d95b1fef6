import { backoffMs } from '@sluice/base/backoff'
/**
 * What the viewer's side is doing. `live` means that pictures move. `ready`: there is something to play, and the viewer is to start it;
 * `blocked`: the browser wants a press first; `refused`: the page around may not show this player.
 */
export type PlayerState =
  | 'loading'
  | 'waiting'
  | 'ready'
  | 'starting'
  | 'blocked'
  | 'live'
  | 'stalled'
  | 'offline'
  | 'unplayable'
  | 'unreachable'
  | 'unknown'
  | 'refused'

/** What is written over the picture, and whether the wheel turns; null: nothing, the picture speaks for itself. */
export type Notice = { readonly title: string; readonly text: string; readonly isBusy: boolean }

export const notices: Readonly<Record<PlayerState, Notice | null>> = {
  loading: { title: '', text: '', isBusy: true },
  waiting: { title: 'Waiting for the stream', text: 'It starts here automatically.', isBusy: false },
  ready: null,
  blocked: null,
  starting: { title: '', text: '', isBusy: true },
  live: null,
  stalled: { title: '', text: '', isBusy: true },
  offline: { title: 'You are offline', text: 'The picture comes back with your connection.', isBusy: false },
  unplayable: { title: 'This browser can’t play the stream', text: 'Try another browser or device.', isBusy: false },
  unreachable: { title: 'The server is not responding', text: 'Retrying.', isBusy: true },
  unknown: { title: 'No stream at this address', text: 'The address may have been replaced. Ask for the new one.', isBusy: false },
  refused: { title: 'This site may not show this player', text: 'Open the show on its own page.', isBusy: false },
}

const backoff = { baseMs: 2750, capMs: 16_500, jitter: 0.2 }

/**
 * Wait before the server is asked again, after `failures` answers that did not come. A fifth of jitter, so that ten thousand waiting
 * viewers do not ask as one.
 */
export const nextPollMs = (failures: number, random: number): number => Math.round(backoffMs(backoff, failures - 1, random))

/** What to do about a playback error. `reload`: forget the buffer and begin at the live edge. `ask`: see whether the channel is live at all. `wait`: this browser lacks a codec; the stream may change. */
export type Recovery = 'none' | 'decoder' | 'reload' | 'ask' | 'wait'

const patienceMs = 5000

/**
 * `decoder` restarts decoding where it stands, which fixes a damaged segment; a second one within 5 s did not help and becomes `reload`.
 * Errors of the network mean that the playlist is gone: the channel may have ended.
 */
export function planRecovery(
  error: { isFatal: boolean; kind: 'network' | 'media' | 'codec' | 'other' },
  sinceLastDecoderMs: number,
): Recovery {
  if (!error.isFatal) return 'none'
  if (error.kind === 'network') return 'ask'
  if (error.kind === 'codec') return 'wait'
  return error.kind === 'media' && sinceLastDecoderMs > patienceMs ? 'decoder' : 'reload'
}
