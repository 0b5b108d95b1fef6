import type { Playability } from '../session/notices.ts'
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
  #hasPicture = false
  #playability: Playability = { canPlay: true, hasSound: true, text: null }
  #state: PlayerState = 'loading'

  /** `host` stands in the document already: media-chrome's parts look for their style sheets as soon as they are made. */
  constructor(host: HTMLElement) {
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
    const notice = notices[state]
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

  set poster(url: string | null) {
    if (url === null) this.video.removeAttribute('poster')
    else this.video.poster = url
  }

  #showUnmute(): void {
    this.#unmute.hidden = !(this.video.muted && this.#hasPicture && this.#playability.hasSound)
  }
}
