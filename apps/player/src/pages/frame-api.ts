import type { ChoiceKind, SluicePlayer } from '../element/index.ts'

/** What the page around a frame may ask, as `{ sluice: 1, do: ... }`. */
type Wish =
  | { readonly do: 'listen' | 'play' | 'pause' | 'mute' | 'unmute' | 'go-live' }
  | { readonly do: 'volume' | 'seek'; readonly value: number }
  | { readonly do: 'choose'; readonly kind: ChoiceKind; readonly id: number }

const plain = ['listen', 'play', 'pause', 'mute', 'unmute', 'go-live'] as const
const kinds: readonly ChoiceKind[] = ['sound', 'captions', 'quality']
const reportEveryMs = 1000

/** Null: no message of ours. Any page can send anything. */
export function readWish(data: unknown): Wish | null {
  if (typeof data !== 'object' || data === null) return null
  const { sluice, do: what, value, kind, id } = data as Readonly<Record<string, unknown>>
  if (sluice !== 1) return null
  const word = plain.find((one) => one === what)
  if (word !== undefined) return { do: word }
  if ((what === 'volume' || what === 'seek') && typeof value === 'number' && Number.isFinite(value)) return { do: what, value }
  const known = kinds.find((one) => one === kind)
  return what === 'choose' && known !== undefined && typeof id === 'number' ? { do: 'choose', kind: known, id } : null
}

/**
 * Lets the page around steer the player by `postMessage`. Only a page that has asked to listen is told anything, and only that page; the first
 * message says that there is a player, and nothing else.
 */
export function openFrameApi(player: SluicePlayer): void {
  if (window.parent === window) return
  let listener: { readonly window: Window; readonly origin: string } | null = null
  const tell = (event: string, detail: object = {}): void => listener?.window.postMessage({ sluice: 1, event, ...detail }, listener.origin)
  const report = (): void =>
    tell('status', {
      ...{ state: player.state, paused: player.paused, muted: player.muted, volume: player.volume, metrics: player.metrics },
      choices: Object.fromEntries(kinds.map((kind) => [kind, player.choices(kind)])),
    })
  window.addEventListener('message', ({ source, origin, data }) => {
    const wish = readWish(data)
    if (wish === null || source !== window.parent) return
    if (wish.do === 'listen') listener = { window: window.parent, origin: origin === 'null' ? '*' : origin }
    else obey(player, wish)
    report()
  })
  player.addEventListener('sluice-state', (event) => event instanceof CustomEvent && tell('state', { state: event.detail }))
  player.addEventListener('sluice-page', (event) => {
    if (event instanceof CustomEvent) tell('page', { name: event.detail.name, page: event.detail.page, show: event.detail.state })
  })
  setInterval(report, reportEveryMs)
  window.parent.postMessage({ sluice: 1, event: 'ready' }, '*')
}

function obey(player: SluicePlayer, wish: Exclude<Wish, { do: 'listen' }>): void {
  if (wish.do === 'play') player.play()
  else if (wish.do === 'pause') player.pause()
  else if (wish.do === 'mute' || wish.do === 'unmute') player.muted = wish.do === 'mute'
  else if (wish.do === 'go-live') player.goLive()
  else if (wish.do === 'volume') player.volume = wish.value
  else if (wish.do === 'seek') player.seekBy(wish.value)
  else if (wish.do === 'choose') player.choose(wish.kind, wish.id)
}
