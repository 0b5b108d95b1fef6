import type { FromLadder } from '@sluice/contract/ladder'
import { rungPresets } from '@sluice/contract/link'
import type { RungRelief } from './video-rung.ts'

type RungNews = Extract<FromLadder, { type: 'rung' }>

export type RungFacts = {
  readonly failure: string | null
  readonly relief: RungRelief | null
  /** Why its encoder in hardware is none any more; null: it is, or was none. */
  readonly hardwareLoss: string | null
  readonly preset: (typeof rungPresets)[number] | null
  /** Sound is wanted and the source has none. */
  readonly lacksSound: boolean
  /** The audio track that was asked for, where the source has others and not this one. */
  readonly lacksTrack: number | null
  /** A picture that it is to show over its own is not there. */
  readonly lacksPicture: boolean
  readonly nowMs: number
}

/** A source's sound may begin a little after its picture. */
const soundGraceMs = 1500

/** Says of each rung how it is, once for each change. */
export class RungVoice {
  readonly #say: (news: RungNews) => void
  // bound: one a rung; forget takes it out
  readonly #said = new Map<number, string>()
  // bound: one a rung; forget takes it out
  readonly #hasFrames = new Set<number>()
  #sourceMs = 0

  constructor(say: (news: RungNews) => void) {
    this.#say = say
  }

  noteFrame(slot: number): void {
    this.#hasFrames.add(slot)
  }

  noteSource(nowMs: number): void {
    this.#sourceMs = nowMs
  }

  forget(slot: number): void {
    this.#said.delete(slot)
    this.#hasFrames.delete(slot)
  }

  tell(slot: number, facts: RungFacts): void {
    const news = this.#newsOf(slot, facts)
    if (news === null) return
    const said = `${news.state} ${news.code} ${news.message}`
    if (this.#said.get(slot) === said) return
    this.#said.set(slot, said)
    this.#say(news)
  }

  #newsOf(
    slot: number,
    { failure, relief, hardwareLoss, preset, lacksSound, lacksTrack, lacksPicture, nowMs }: RungFacts,
  ): RungNews | null {
    const news = (state: RungNews['state'], code: string, message: string): RungNews => ({ type: 'rung', slot, state, code, message })
    if (failure !== null) return news('failed', 'ENCODER', failure)
    if (relief?.isOff) return news('off', 'OVERLOAD', 'off, to keep the others in real time')
    if (!this.#hasFrames.has(slot)) return null
    if (relief?.isHalved) return news('reduced', 'OVERLOAD', 'half the frame rate')
    if (relief !== null && preset !== null && relief.presetsDown > 0) {
      const lower = rungPresets[Math.max(0, rungPresets.indexOf(preset) - relief.presetsDown)]!
      if (lower !== preset) return news('reduced', 'OVERLOAD', `preset ${lower}`)
    }
    if (nowMs - this.#sourceMs > soundGraceMs) {
      if (lacksSound) return news('running', 'NO_AUDIO_IN_SOURCE', 'the source has no sound: silence is sent')
      if (lacksTrack !== null)
        return news('running', 'AUDIO_TRACK_MISSING', `the source has no audio track ${lacksTrack}: the first track is sent until it does`)
      if (lacksPicture) return news('running', 'PICTURE_MISSING', 'a picture over this rung cannot be shown: upload it again')
    }
    if (hardwareLoss !== null) return news('running', 'ENCODER_CHANGED', `the processor encodes it: ${hardwareLoss}`)
    return news('running', '', '')
  }
}
