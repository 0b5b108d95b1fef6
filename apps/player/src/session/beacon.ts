import type { Beacon, PlaybackErrorKind } from '@sluice/contract/api'
import type { PlayerMetrics } from './metrics.ts'

/** In step with the server's own figures, which drop what comes more often than every 5 s. */
const beaconEveryMs = 10_000
const maxErrors = 20

/** A random name of this view alone: 128 bits, kept nowhere. */
export const newViewId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Where the view stands. `quit`: the viewer leaves. */
export type BeaconMoment = 'running' | 'quit'

/** What the server is told of this view. Spec: CTA-5004-B §3; keys with a hyphen are ours */
export function makeBeacon(
  sid: string,
  metrics: PlayerMetrics,
  {
    moment,
    isPaused,
    isRewound,
    errors,
  }: { moment: BeaconMoment; isPaused: boolean; isRewound: boolean; errors: readonly PlaybackErrorKind[] },
): Beacon {
  const { state, startupMs, latencyMs, stalls, stalledMs, playedMs, bitrateBps, droppedFrames, step, height } = metrics
  // While a stream is loaded again there is no picture, and it is no sound-only one.
  const rung = height > 0 ? `${height}p` : state === 'live' && step !== null ? 'audio' : null
  return {
    sid,
    sta: moment === 'quit' ? 'q' : stateOf(metrics, isPaused),
    ...(startupMs === null ? {} : { msd: startupMs }),
    // Who stays behind by their own will says nothing of how far behind the stream is.
    ...(latencyMs === null || isPaused || isRewound ? {} : { ltc: latencyMs }),
    bsa: stalls,
    bsda: stalledMs,
    ...(bitrateBps === null ? {} : { br: Math.round(bitrateBps / 1000) }),
    dfa: droppedFrames,
    ...(errors.length === 0 ? {} : { ec: errors.slice(-maxErrors) }),
    'sluice-played': playedMs,
    ...(step === null ? {} : { 'sluice-step': step }),
    ...(startupMs === null || rung === null ? {} : { 'sluice-rung': rung }),
  }
}

function stateOf({ state, startupMs }: PlayerMetrics, isPaused: boolean): Beacon['sta'] {
  if (state === 'unplayable') return 'f'
  if (startupMs === null) return 's'
  if (isPaused) return 'a'
  return state === 'live' ? 'p' : 'r'
}

/** Sends without credentials and outlives the page; nobody waits for an answer. */
export function sendBeacon(url: string, beacon: Beacon): void {
  const body = JSON.stringify(beacon)
  if ('keepalive' in Request.prototype)
    void fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit', mode: 'no-cors' }).catch(() => {})
  else navigator.sendBeacon(url, body)
}

/**
 * Tells what a view saw: when it begins, every 10 s, and once when it ends. A view that ends with the channel is over; the next show is another.
 */
export class BeaconReporter {
  readonly #read: () => PlayerMetrics
  readonly #isPaused: () => boolean
  readonly #isRewound: () => boolean
  readonly #send: (beacon: Beacon) => void
  readonly #random: () => number
  #sid: string | null = null
  // bound: `maxErrors`, the oldest go
  #errors: PlaybackErrorKind[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: { read(): PlayerMetrics; isPaused(): boolean; isRewound(): boolean; send(beacon: Beacon): void; random?(): number }) {
    this.#read = parts.read
    this.#isPaused = parts.isPaused
    this.#isRewound = parts.isRewound
    this.#send = parts.send
    this.#random = parts.random ?? Math.random
  }

  /** The viewer waits for the picture from now on. Harmless while a view runs. */
  begin(): void {
    if (this.#sid !== null) return
    this.#sid = newViewId()
    this.#errors = []
    this.#tell('running')
    // A tenth of jitter: viewers of one show do not report as one.
    this.#later(beaconEveryMs * (0.9 + this.#random() * 0.2))
  }

  noteError(kind: PlaybackErrorKind): void {
    if (this.#sid !== null) this.#errors = [...this.#errors, kind].slice(-maxErrors)
  }

  end(): void {
    if (this.#sid === null) return
    this.#tell('quit')
    clearTimeout(this.#timer)
    this.#sid = null
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#tell('running')
      this.#later(beaconEveryMs)
    }, ms)
  }

  #tell(moment: BeaconMoment): void {
    if (this.#sid === null) return
    const now = { moment, isPaused: this.#isPaused(), isRewound: this.#isRewound(), errors: this.#errors }
    this.#send(makeBeacon(this.#sid, this.#read(), now))
  }
}
