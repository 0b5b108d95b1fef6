import type { Playability } from '../session/notices.ts'
import { cardOf, type PageFacts } from '../session/page-card.ts'
import { notices, type PlayerState } from '../session/player-state.ts'
import { styles } from './styles.ts'
import { template } from './template.ts'

/** The shadow tree of one player: shows a state, and gives way to the picture. */
export class PlayerView {
  readonly video: HTMLVideoElement
  readonly #notice: HTMLElement
  readonly #title: HTMLElement
  readonly #text: HTMLElement
  readonly #unmute: HTMLButtonElement
  readonly #controls: HTMLElement
  readonly #note: HTMLElement
  readonly #backdrop: HTMLImageElement
  readonly #card: HTMLElement
  readonly #words: { readonly [Part in 'kick' | 'title' | 'timer' | 'text']: HTMLElement }
  readonly #lag: HTMLElement
  readonly #host: HTMLElement
  #facts: PageFacts | null = null
  #hasPicture = false
  #playability: Playability = { canPlay: true, hasSound: true, text: null }
  #state: PlayerState = 'loading'

  /** `host` stands in the document already: media-chrome's parts look for their style sheets as soon as they are made. */
  constructor(host: HTMLElement) {
    this.#host = host
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    root.adoptedStyleSheets = [sheet]
    root.innerHTML = template
    const find = <T extends HTMLElement>(selector: string): T => root.querySelector<T>(selector) as T
    this.video = find('video')
    this.#notice = find('.notice')
    this.#title = find('.title')
    this.#text = find('.text')
    this.#unmute = find('.unmute')
    this.#note = find('.note')
    this.#controls = find('media-control-bar')
    this.#backdrop = find<HTMLImageElement>('.backdrop')
    this.#card = find('.card')
    this.#words = { kick: find('.kick'), title: find('.card-title'), timer: find('.timer'), text: find('.card-text') }
    this.#lag = find('.lag')
    this.#unmute.addEventListener('click', () => {
      this.video.muted = false
      void this.video.play()
    })
    this.video.addEventListener('volumechange', () => this.#showUnmute())
  }

  show(state: PlayerState): void {
    this.#state = state
    if (state === 'live') this.#hasPicture = true
    if (state === 'waiting' || state === 'unplayable' || state === 'unknown') this.#hasPicture = false
    const hasCard = this.#showCard()
    const notice = hasCard ? null : notices[state]
    this.#notice.hidden = notice === null || notice.title === ''
    this.#notice.toggleAttribute('data-busy', notice?.isBusy === true && !this.#hasPicture)
    this.#notice.toggleAttribute('data-over-picture', this.#hasPicture)
    this.#controls.hidden =
      state === 'waiting' || state === 'unplayable' || state === 'unknown' || (state === 'unreachable' && !this.#hasPicture)
    this.#title.textContent = notice?.title ?? ''
    const isLacking = state === 'waiting' || state === 'unplayable'
    this.#text.textContent = (isLacking ? this.#playability.text : null) ?? notice?.text ?? ''
    this.#showUnmute()
    const note = this.#hasPicture ? this.#playability.text : null
    this.#note.textContent = note ?? ''
    this.#note.hidden = note === null
  }

  /** What a viewer must know of this stream in this browser. */
  set playability(found: Playability) {
    this.#playability = found
    this.show(this.#state)
  }

  /** What the operator says and shows; the poster stands wherever there is no picture. */
  showPage(facts: PageFacts, posterUrl: string | null): void {
    this.#facts = facts
    if (posterUrl !== null && this.#backdrop.src !== posterUrl) this.#backdrop.src = posterUrl
    if (posterUrl === null) this.#backdrop.removeAttribute('src')
    this.show(this.#state)
  }

  /** Once a second: countdown, and how far behind the newest media it plays. */
  tick(latencyMs: number | null): void {
    if (!this.#card.hidden) this.#showCard()
    this.#lag.hidden = latencyMs === null || this.#state !== 'live'
    if (latencyMs !== null) setText(this.#lag, `${(latencyMs / 1000).toFixed(1)} s behind`)
  }

  press(key: string): boolean {
    const { video } = this
    if (key === ' ' || key === 'k') void (video.paused ? video.play().catch(() => {}) : video.pause())
    else if (key === 'm') video.muted = !video.muted
    else if (key === 'f')
      void (document.fullscreenElement === null ? this.#host.requestFullscreen() : document.exitFullscreen()).catch(() => {})
    else if (key === 'ArrowUp' || key === 'ArrowDown')
      video.volume = Math.min(1, Math.max(0, video.volume + (key === 'ArrowUp' ? 0.1 : -0.1)))
    else return false
    return true
  }

  /** True: there is one. */
  #showCard(): boolean {
    const card = cardOf(this.#facts, this.#state, Date.now())
    this.#card.hidden = card === null
    this.#card.toggleAttribute('data-over-picture', this.#hasPicture)
    this.#backdrop.hidden = this.#hasPicture || card === null || !this.#backdrop.hasAttribute('src')
    if (card === null) {
      for (const word of Object.values(this.#words)) setText(word, '')
      return false
    }
    const text = this.#state === 'waiting' ? (this.#playability.text ?? card.text) : card.text
    setText(this.#words.kick, card.kick)
    setText(this.#words.title, card.title)
    setText(this.#words.timer, card.timer)
    setText(this.#words.text, text)
    return true
  }

  set poster(url: string | null) {
    if (url === null) this.video.removeAttribute('poster')
    else this.video.poster = url
  }

  #showUnmute(): void {
    this.#unmute.hidden = !(this.video.muted && this.#hasPicture && this.#playability.hasSound)
  }
}

/** Only what is new: a text that is set again is read out again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
