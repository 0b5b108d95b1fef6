import type { Choice } from '../session/attach-hls.ts'
import type { PlayerMetrics } from '../session/metrics.ts'
import type { PageFacts } from '../session/page-card.ts'
import { PlayerSession, type SessionWishes } from '../session/player-session.ts'
import type { PlayerState } from '../session/player-state.ts'
import { captionChoices, chooseCaption } from './captions.ts'
import { Controls } from './controls.ts'
import { PlayerView } from './player-view.ts'

/** What a viewer may choose between. */
export type ChoiceKind = 'sound' | 'captions' | 'quality'

/**
 * `<sluice-player play="id" [server="https://host"] [poster="url"] [autoplay="off"] [muted="off"] [controls="off"]>` plays a channel of
 * Sluice by its play id, or that of one of its players. `server` is the one that this script came from unless given. Events, methods and CSS
 * variables are in docs/player.md.
 */
export class SluicePlayer extends HTMLElement {
  static readonly observedAttributes = ['play', 'server', 'poster', 'controls']
  #view: PlayerView | null = null
  #controls: Controls | null = null
  #session: PlayerSession | null = null
  #name: string | null = null
  #state: PlayerState = 'loading'
  #seconds: ReturnType<typeof setInterval> | undefined

  connectedCallback(): void {
    if (this.#view === null) {
      this.#view = new PlayerView(this)
      this.#controls = new Controls(this.#view, this, () => this.#session)
      this.addEventListener('keydown', (event) => this.#onKey(event))
    }
    if (!this.hasAttribute('tabindex')) this.tabIndex = 0
    this.#view.poster = this.getAttribute('poster')
    this.#open()
  }

  disconnectedCallback(): void {
    this.#close()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (this.#view === null || before === after) return
    if (name === 'poster') this.#view.poster = after
    else if (name === 'controls') this.#showControls()
    else if (this.isConnected) this.#open()
  }

  /** Null while no channel is named. */
  get metrics(): PlayerMetrics | null {
    return this.#session?.metrics ?? null
  }
  get state(): PlayerState {
    return this.#state
  }
  get paused(): boolean {
    return this.#view?.video.paused ?? true
  }
  get muted(): boolean {
    return this.#view?.video.muted ?? true
  }
  set muted(isMuted: boolean) {
    if (this.#view !== null) this.#view.video.muted = isMuted
  }
  /** 0 to 1. */
  get volume(): number {
    return this.#view?.video.volume ?? 1
  }
  set volume(level: number) {
    if (this.#view !== null) this.#view.video.volume = Math.min(1, Math.max(0, level))
  }

  play(): void {
    this.#session?.play()
  }
  pause(): void {
    this.#view?.video.pause()
  }
  goLive(): void {
    this.#session?.goLive()
  }
  /** Goes back (negative) or forth, within the window that the stream has. */
  seekBy(seconds: number): void {
    if (this.#view !== null) this.#session?.seekTo(this.#view.video.currentTime + seconds)
  }

  choices(kind: ChoiceKind): readonly Choice[] {
    const attachment = this.#session?.attachment ?? null
    if (kind === 'captions') return this.#view === null ? [] : captionChoices(this.#view.video)
    return (kind === 'sound' ? attachment?.sounds() : attachment?.qualities()) ?? []
  }
  choose(kind: ChoiceKind, id: number): void {
    const attachment = this.#session?.attachment
    if (kind === 'captions' && this.#view !== null) chooseCaption(this.#view.video, id)
    else if (kind === 'sound') attachment?.chooseSound(id)
    else if (kind === 'quality') attachment?.chooseQuality(id)
    this.#controls?.showChoices()
  }

  /** What a page does with a key that is for nobody else. True: it was for the player. */
  press(key: string): boolean {
    return this.#controls?.press(key) ?? false
  }

  /** Keys for the player as a whole; a button, a slider and the menu have their own. */
  #onKey(event: KeyboardEvent): void {
    const target = event.composedPath()[0]
    const isOwn =
      target instanceof HTMLInputElement || (target instanceof HTMLButtonElement && (event.key === ' ' || event.key === 'Enter'))
    if (isOwn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (this.press(event.key)) event.preventDefault()
  }

  #open(): void {
    this.#close()
    const playId = this.getAttribute('play')
    const view = this.#view
    if (view === null || playId === null || playId === '') return
    const server = this.getAttribute('server') ?? new URL(import.meta.url).origin
    const session = new PlayerSession(
      view.video,
      server,
      playId,
      {
        onPlayability: (found) => {
          view.playability = found
        },
        onState: (state) => {
          this.#state = state
          view.show(state)
          this.#tell<PlayerState>('sluice-state', state)
        },
        onPage: (facts) => {
          const { name, page } = facts
          this.setAttribute('aria-label', page.title ?? name)
          view.showPage(facts, page.poster === null ? null : ownAddress(page.poster.url, server))
          if (this.#name !== name) this.#tell<string>('sluice-name', name)
          this.#name = name
          this.#tell<PageFacts>('sluice-page', facts)
        },
        onChoices: () => {
          this.#controls?.showChoices()
          this.#tell<null>('sluice-choices', null)
        },
      },
      this.#wishes(),
    )
    this.#session = session
    this.#showControls()
    session.open()
    this.#seconds = setInterval(() => {
      view.tick()
      this.#controls?.tick(session.attachment?.latencyMs() ?? null)
    }, 1000)
  }

  #wishes(): SessionWishes {
    const wish = (name: string): boolean | undefined => {
      const value = this.getAttribute(name)
      return value === null ? undefined : value !== 'off' && value !== 'false'
    }
    const [autoplay, muted] = [wish('autoplay'), wish('muted')]
    return { ...(autoplay === undefined ? {} : { autoplay }), ...(muted === undefined ? {} : { muted }) }
  }

  #showControls(): void {
    this.#view?.root.querySelector('.frame')?.toggleAttribute('data-bare', this.getAttribute('controls') === 'off')
  }

  #close(): void {
    clearInterval(this.#seconds)
    this.#session?.close()
    this.#session = null
  }

  #tell<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(name, { detail, bubbles: true, composed: true }))
  }
}

/** An address of this server under the name that the page came by: another name of it may not be reachable, and not allowed. */
export const ownAddress = (url: string, server: string): string => new URL(new URL(url, server).pathname, server).href
