import 'media-chrome/dist/media-control-bar.js'
import 'media-chrome/dist/media-controller.js'
import 'media-chrome/dist/media-fullscreen-button.js'
import 'media-chrome/dist/media-live-button.js'
import 'media-chrome/dist/media-loading-indicator.js'
import 'media-chrome/dist/media-mute-button.js'
import 'media-chrome/dist/media-pip-button.js'
import 'media-chrome/dist/media-play-button.js'
import 'media-chrome/dist/media-volume-range.js'
import type { PlayerMetrics } from '../session/metrics.ts'
import type { PageFacts } from '../session/page-card.ts'
import { PlayerSession } from '../session/player-session.ts'
import type { PlayerState } from '../session/player-state.ts'
import { PlayerView } from './player-view.ts'

/**
 * `<sluice-player play="id" [server="https://host"] [poster="url"]>` plays a channel of Sluice by its play id. `server` is the one that this
 * script came from unless given. Events, which bubble: `sluice-state` (detail: PlayerState), `sluice-name` (detail: the channel's name) and
 * `sluice-page` (detail: PageFacts, what the operator says and shows).
 */
export class SluicePlayer extends HTMLElement {
  static readonly observedAttributes = ['play', 'server', 'poster']
  #view: PlayerView | null = null
  #session: PlayerSession | null = null
  #name: string | null = null
  #seconds: ReturnType<typeof setInterval> | undefined

  connectedCallback(): void {
    this.#view ??= new PlayerView(this)
    this.#view.poster = this.getAttribute('poster')
    this.#open()
  }

  disconnectedCallback(): void {
    this.#close()
  }

  attributeChangedCallback(name: string): void {
    if (this.#view === null) return
    if (name === 'poster') this.#view.poster = this.getAttribute('poster')
    else if (this.isConnected) this.#open()
  }

  /** Null while no channel is named. */
  get metrics(): PlayerMetrics | null {
    return this.#session?.metrics ?? null
  }

  #open(): void {
    this.#close()
    const playId = this.getAttribute('play')
    const view = this.#view
    if (view === null || playId === null || playId === '') return
    const server = this.getAttribute('server') ?? new URL(import.meta.url).origin
    this.#session = new PlayerSession(view.video, server, playId, {
      onPlayability: (found) => {
        view.playability = found
      },
      onState: (state) => {
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
    })
    this.#session.open()
    this.#seconds = setInterval(() => view.tick(this.metrics?.latencyMs ?? null), 1000)
  }

  /** What a page does with a key that is for nobody else. True: it was for the player. */
  press(key: string): boolean {
    return this.#view?.press(key) ?? false
  }

  #close(): void {
    clearInterval(this.#seconds)
    this.#session?.close()
    this.#session = null
  }

  #tell<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(name, { detail, bubbles: true }))
  }
}

/** An address of this server under the name that the page came by: another name of it may not be reachable, and not allowed. */
export const ownAddress = (url: string, server: string): string => new URL(new URL(url, server).pathname, server).href
