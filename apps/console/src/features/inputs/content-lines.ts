import type { ContentMeasures } from '@sluice/contract/link'
import { formatSpan } from '../../ui/format/index.ts'

/** What is seen or heard of an input, in words. `share` is 0 to 1: of white, or of the level meter; null without a reading. */
export type ContentLine = {
  readonly label: 'Picture' | 'Audio'
  readonly text: string
  readonly share: number | null
  readonly isBad: boolean
}

/** A run is spoken of when it has lasted for so long: two key pictures that are alike are nothing yet. */
const worthMs = 3000
/** Bottom of the level meter. */
const meterDb = -60

/** Picture and sound as they are measured; what is not measured, or not wanted, has no line. */
export function contentLines({ picture, sound, fault }: ContentMeasures): ContentLine[] {
  const lines: ContentLine[] = []
  if (picture !== null) {
    const { luma, isBlack, blackForMs, frozenForMs } = picture
    const brightness = `brightness ${Math.round(luma * 100)}%`
    const text = isBlack
      ? `black${spanOf(blackForMs)}`
      : frozenForMs >= worthMs
        ? `frozen${spanOf(frozenForMs)}, ${brightness}`
        : `moving, ${brightness}`
    lines.push({ label: 'Picture', text, share: luma, isBad: fault === 'black' || fault === 'frozen' })
  }
  if (sound !== null) {
    const { rmsDb, peakDb, silentForMs } = sound
    const text = silentForMs >= worthMs ? `silent${spanOf(silentForMs)}` : `${levelOf(rmsDb)}, peak ${levelOf(peakDb)}`
    lines.push({ label: 'Audio', text, share: Math.min(1, Math.max(0, 1 - rmsDb / meterDb)), isBad: fault === 'audio-silent' })
  }
  return lines
}

/** Why nothing is judged now; null while all is well. */
export function unjudgedLine({ state, reason }: ContentMeasures): string | null {
  if (state === 'measuring') return reason === null ? null : `Only partly checked: ${reason}.`
  const detail = reason === null ? '' : ` (${reason})`
  return state === 'starting'
    ? `Picture and audio are not checked right now${detail}. The stream is not affected.`
    : `Picture and audio are not checked on this machine: ${reason ?? 'it has no decoder'}.`
}

const spanOf = (ms: number): string => (ms < worthMs ? '' : ` for ${formatSpan(ms)}`)
const levelOf = (db: number): string => `${db <= -100 ? '−∞' : String(Math.round(db)).replace('-', '−')} dB`
