import { captionChoices, chooseCaption, nextCaption } from './captions.ts'
import { icons } from './icons.ts'
import { ChoiceMenu } from './menu.ts'
import type { PlayerView } from './player-view.ts'
import { rewindOf, seekStepS } from './rewind.ts'
import { setText } from './set-text.ts'

/** What the controls ask of a playback; null while there is none. */
export type Playback = {
  readonly isRewound: boolean
  play(): void
  goLive(): void
  seekTo(timeS: number): void
  readonly attachment: {
    sounds(): readonly { id: number; label: string; isChosen: boolean }[]
    chooseSound(id: number): void
    qualities(): readonly { id: number; label: string; isChosen: boolean }[]
    chooseQuality(id: number): void
  } | null
}

const idleAfterMs = 3000
const volumeStep = 0.1

/** The bar below the picture, its menu and its keys. */
export class Controls {
  readonly #view: PlayerView
  readonly #host: HTMLElement
  readonly #video: HTMLVideoElement
  readonly #playback: () => Playback | null
  readonly #menu: ChoiceMenu
  readonly #parts: ReturnType<typeof findParts>
  #idleTimer: ReturnType<typeof setTimeout> | undefined
  #isSeeking = false

  constructor(view: PlayerView, host: HTMLElement, playback: () => Playback | null) {
    this.#view = view
    this.#host = host
    this.#video = view.video
    this.#playback = playback
    this.#parts = findParts(view.root)
    this.#menu = new ChoiceMenu(this.#parts.choose, this.#parts.menu, () => this.#stir())
    this.#listen()
    this.#showPlay()
    this.#showVolume()
  }

  #listen(): void {
    const { frame, play, mute, live, start, unmute, volume, seek, pip, fullscreen } = this.#parts
    const video = this.#video
    play.addEventListener('click', () => this.#toggle())
    start.addEventListener('click', () => this.#playback()?.play())
    video.addEventListener('click', (event) => {
      // A finger wakes the controls first; a mouse is seen before it presses.
      const isTouch = (event as PointerEvent).pointerType === 'touch'
      if (this.#menu.isOpen) this.#menu.close(false)
      else if (!isTouch && !this.#view.hasNoPicture) this.#toggle()
      this.#stir()
    })
    video.addEventListener('dblclick', () => this.#fullscreen())
    live.addEventListener('click', () => this.#playback()?.goLive())
    unmute.addEventListener('click', () => {
      video.muted = false
      this.#playback()?.play()
    })
    mute.addEventListener('click', () => this.#mute())
    volume.addEventListener('input', () => {
      video.volume = Number(volume.value)
      video.muted = video.volume === 0
    })
    seek.addEventListener('input', () => {
      this.#isSeeking = true
    })
    seek.addEventListener('change', () => {
      this.#isSeeking = false
      this.#playback()?.seekTo(Number(seek.value))
    })
    pip.addEventListener('click', () => void this.#pip())
    fullscreen.addEventListener('click', () => this.#fullscreen())
    for (const event of ['play', 'pause', 'emptied'] as const) video.addEventListener(event, () => this.#showPlay())
    video.addEventListener('volumechange', () => this.#showVolume())
    for (const event of ['addtrack', 'removetrack', 'change'] as const) video.textTracks.addEventListener(event, () => this.showChoices())
    for (const event of ['pointermove', 'pointerdown', 'focusin', 'keydown'] as const) frame.addEventListener(event, () => this.#stir())
    frame.addEventListener('pointerleave', () => this.#rest())
    document.addEventListener('fullscreenchange', () => this.#showFullscreen())
    pip.hidden = !document.pictureInPictureEnabled
  }

  /** Once a second, and after each choice. */
  tick(latencyMs: number | null): void {
    const { lag, live, seek } = this.#parts
    const isRewound = this.#playback()?.isRewound ?? false
    lag.hidden = latencyMs === null || this.#view.hasNoPicture
    if (latencyMs !== null) setText(lag, `${(latencyMs / 1000).toFixed(1)} s behind`)
    live.toggleAttribute('data-behind', isRewound || this.#video.paused)
    setText(live.querySelector('span')!, isRewound ? 'Go live' : 'Live')
    setLabel(live, isRewound ? 'Go live: jump to the newest picture' : 'Live. Jump to the newest picture')
    const rewind = rewindOf(this.#video.seekable)
    seek.hidden = rewind === null
    if (rewind === null || this.#isSeeking) return
    const behindS = Math.max(0, rewind.endS - this.#video.currentTime)
    seek.min = String(rewind.startS)
    seek.max = String(rewind.endS)
    seek.value = String(isRewound ? this.#video.currentTime : rewind.endS)
    seek.setAttribute('aria-valuetext', isRewound ? `${Math.round(behindS)} seconds behind live` : 'Live')
  }

  showChoices(): void {
    const attachment = this.#playback()?.attachment ?? null
    this.#menu.sections = [
      { title: 'Sound', choices: attachment?.sounds() ?? [], choose: (id) => attachment?.chooseSound(id) },
      { title: 'Captions', choices: captionChoices(this.#video), choose: (id) => chooseCaption(this.#video, id) },
      { title: 'Quality', choices: attachment?.qualities() ?? [], choose: (id) => attachment?.chooseQuality(id) },
    ]
  }

  /** True: the key was for the player. */
  press(key: string): boolean {
    const video = this.#video
    const action = this.#actions[key.length === 1 ? key.toLowerCase() : key]
    if (action === undefined) return false
    // Keys of a window that is not there are left to the page.
    if ((key === 'ArrowLeft' || key === 'ArrowRight') && rewindOf(video.seekable) === null) return false
    action()
    this.#stir()
    return true
  }

  readonly #actions: Readonly<Record<string, () => void>> = {
    ' ': () => this.#toggle(),
    k: () => this.#toggle(),
    m: () => this.#mute(),
    f: () => this.#fullscreen(),
    l: () => this.#playback()?.goLive(),
    c: () => {
      const chosen = nextCaption(this.#video)
      this.#view.say(chosen === null ? 'There are no captions' : `Captions: ${chosen.label}`)
      this.showChoices()
    },
    ArrowUp: () => this.#turn(volumeStep),
    ArrowDown: () => this.#turn(-volumeStep),
    ArrowLeft: () => this.#playback()?.seekTo(this.#video.currentTime - seekStepS),
    ArrowRight: () => this.#playback()?.seekTo(this.#video.currentTime + seekStepS),
  }

  #toggle(): void {
    if (this.#video.paused) this.#playback()?.play()
    else this.#video.pause()
  }

  #mute(): void {
    this.#video.muted = !this.#video.muted
    this.#view.say(this.#video.muted ? 'Sound off' : 'Sound on')
  }

  #turn(by: number): void {
    this.#video.volume = Math.min(1, Math.max(0, Math.round((this.#video.volume + by) * 20) / 20))
    this.#view.say(`Volume ${Math.round(this.#video.volume * 100)} %`)
  }

  #fullscreen(): void {
    const apple = this.#video as HTMLVideoElement & { webkitEnterFullscreen?(): void }
    if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => {})
    else if (document.fullscreenEnabled) void this.#host.requestFullscreen().catch(() => {})
    // An iPhone shows videos alone on its whole screen.
    else apple.webkitEnterFullscreen?.()
  }

  #pip(): Promise<unknown> {
    const change = document.pictureInPictureElement === null ? this.#video.requestPictureInPicture() : document.exitPictureInPicture()
    return change.catch(() => {})
  }

  #showPlay(): void {
    const { play } = this.#parts
    play.innerHTML = this.#video.paused ? icons.play : icons.pause
    setLabel(play, this.#video.paused ? 'Play' : 'Pause')
    this.#stir()
  }

  #showVolume(): void {
    const { mute, volume } = this.#parts
    const { muted, volume: level } = this.#video
    mute.innerHTML = muted || level === 0 ? icons.muted : icons.sound
    setLabel(mute, muted ? 'Unmute' : 'Mute')
    volume.value = String(muted ? 0 : level)
    volume.setAttribute('aria-valuetext', `${Math.round((muted ? 0 : level) * 100)} %`)
    this.#view.showUnmute()
  }

  #showFullscreen(): void {
    const isFull = document.fullscreenElement === this.#host
    this.#parts.fullscreen.innerHTML = isFull ? icons.window : icons.full
    setLabel(this.#parts.fullscreen, isFull ? 'Leave full screen' : 'Full screen')
  }

  /** Shows the controls, and hides them when nothing happens for a while; a pause, an open menu and the keyboard keep them. */
  #stir(): void {
    this.#parts.frame.removeAttribute('data-idle')
    this.#parts.frame.setAttribute('data-shown', '')
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.#rest(), idleAfterMs)
  }

  #rest(): void {
    const hasFocus = this.#parts.controls.querySelector(':focus-visible') !== null
    if (this.#video.paused || this.#menu.isOpen || hasFocus || this.#isSeeking) return
    this.#parts.frame.setAttribute('data-idle', '')
    this.#parts.frame.removeAttribute('data-shown')
  }
}

function findParts(root: ShadowRoot) {
  const find = <T extends HTMLElement = HTMLElement>(selector: string): T => root.querySelector<T>(selector) as T
  const button = (name: string): HTMLButtonElement => find<HTMLButtonElement>(`button.${name}`)
  return {
    frame: find('.frame'),
    controls: find('.controls'),
    lag: find('.lag'),
    menu: find('.menu'),
    seek: find<HTMLInputElement>('.seek'),
    volume: find<HTMLInputElement>('.volume'),
    ...{ play: button('play'), mute: button('mute'), live: button('live'), start: button('start'), unmute: button('unmute') },
    ...{ choose: button('choose'), pip: button('pip'), fullscreen: button('fullscreen') },
  }
}

const setLabel = (element: Element, label: string): void => {
  if (element.getAttribute('aria-label') === label) return
  element.setAttribute('aria-label', label)
  element.setAttribute('title', label)
}
