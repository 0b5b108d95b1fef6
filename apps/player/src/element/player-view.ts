import { onColour } from '@sluice/base/colour'
import type { Playability } from '../session/notices.ts'
import { cardOf, type PageFacts } from '../session/page-card.ts'
import { notices, type PlayerState } from '../session/player-state.ts'
import { setText } from './set-text.ts'
import { styles } from './styles.ts'
import { template } from './template.ts'

/** States without a picture, whatever was shown before. */
const bare: ReadonlySet<PlayerState> = new Set(['waiting', 'ready', 'unplayable', 'unknown', 'refused'])
const busyAfterMs = 400

/** The shadow tree of one player: shows a state, and gives way to the picture. */
export class PlayerView {
  readonly root: ShadowRoot
  readonly video: HTMLVideoElement
  readonly #host: HTMLElement
  readonly #find: <T extends HTMLElement>(selector: string) => T
  readonly #words: { readonly [Part in 'kick' | 'card-title' | 'timer' | 'card-text' | 'title' | 'text' | 'note' | 'said']: HTMLElement }
  #facts: PageFacts | null = null
  #hasPicture = false
  #playability: Playability = { canPlay: true, hasSound: true, text: null }
  #state: PlayerState = 'loading'
  #busyTimer: ReturnType<typeof setTimeout> | undefined

  constructor(host: HTMLElement) {
    this.#host = host
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
    this.root = root
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    root.adoptedStyleSheets = [sheet]
    root.innerHTML = template
    this.#find = <T extends HTMLElement>(selector: string): T => root.querySelector<T>(selector) as T
    this.video = this.#find('video')
    const word = (name: string): HTMLElement => this.#find(`.${name}`)
    this.#words = {
      ...{ kick: word('kick'), 'card-title': word('card-title'), timer: word('timer'), 'card-text': word('card-text') },
      ...{ title: word('title'), text: word('text'), note: word('note'), said: word('said') },
    }
  }

  /** There is nothing that could be paused. */
  get hasNoPicture(): boolean {
    return !this.#hasPicture
  }

  show(state: PlayerState): void {
    this.#state = state
    if (state === 'live') this.#hasPicture = true
    if (bare.has(state)) this.#hasPicture = false
    const hasCard = this.#showCard()
    const notice = hasCard ? null : notices[state]
    const box = this.#find('.notice')
    box.hidden = notice === null || (notice.title === '' && this.#hasPicture)
    box.toggleAttribute('data-busy', notice?.isBusy === true && notice.title === '' && !this.#hasPicture)
    box.toggleAttribute('data-over-picture', this.#hasPicture && notice?.title !== '')
    this.#showWheel(notice?.isBusy === true)
    this.#find('.start').hidden = state !== 'ready' && state !== 'blocked'
    this.#find('.controls').hidden = !this.#hasPicture
    setText(this.#words.title, notice?.title ?? '')
    const isLacking = state === 'waiting' || state === 'unplayable'
    setText(this.#words.text, (isLacking ? this.#playability.text : null) ?? notice?.text ?? '')
    this.showUnmute()
    const note = this.#hasPicture ? this.#playability.text : null
    setText(this.#words.note, note ?? '')
    this.#words.note.hidden = note === null
  }

  /** What a viewer must know of this stream in this browser. */
  set playability(found: Playability) {
    this.#playability = found
    this.show(this.#state)
  }

  /** What the operator says and shows; the poster stands wherever there is no picture. */
  showPage(facts: PageFacts, posterUrl: string | null): void {
    this.#facts = facts
    const { style } = this.#host
    const { colour } = facts.page
    // The page around may have said otherwise in its own style sheet; only what the operator set goes before that.
    if (colour === null) for (const name of ['--sluice-accent', '--sluice-on-accent']) style.removeProperty(name)
    else {
      style.setProperty('--sluice-accent', colour)
      style.setProperty('--sluice-on-accent', onColour(colour))
    }
    const backdrop = this.#find<HTMLImageElement>('.backdrop')
    if (posterUrl !== null && backdrop.src !== posterUrl) backdrop.src = posterUrl
    if (posterUrl === null) backdrop.removeAttribute('src')
    this.show(this.#state)
  }

  /** Once a second, for the countdown. */
  tick(): void {
    if (!this.#find('.card').hidden) this.#showCard()
  }

  /** To those who hear the page. */
  say(text: string): void {
    setText(this.#words.said, text)
  }

  /** A moment of loading shows no wheel. */
  #showWheel(isBusy: boolean): void {
    const wheel = this.#find('.wheel')
    clearTimeout(this.#busyTimer)
    if (!isBusy) wheel.hidden = true
    else if (wheel.hidden)
      this.#busyTimer = setTimeout(() => {
        wheel.hidden = false
      }, busyAfterMs)
  }

  /** True: there is one. */
  #showCard(): boolean {
    const card = cardOf(this.#facts, this.#state, Date.now())
    const box = this.#find('.card')
    const backdrop = this.#find('.backdrop')
    box.hidden = card === null
    box.toggleAttribute('data-over-picture', this.#hasPicture)
    // A poster stays until the picture comes, so that nothing flashes in between.
    const isBefore = card !== null || this.#state === 'starting' || this.#state === 'loading'
    backdrop.hidden = this.#hasPicture || !isBefore || !backdrop.hasAttribute('src')
    setText(this.#words.kick, card?.kick ?? '')
    setText(this.#words['card-title'], card?.title ?? '')
    setText(this.#words.timer, card?.timer ?? '')
    const own = this.#state === 'waiting' ? this.#playability.text : null
    setText(this.#words['card-text'], card === null ? '' : (own ?? card.text))
    return card !== null
  }

  set poster(url: string | null) {
    if (url === null) this.video.removeAttribute('poster')
    else this.video.poster = url
  }

  showUnmute(): void {
    this.#find('.unmute').hidden = !(this.video.muted && this.#hasPicture && this.#playability.hasSound)
  }
}
