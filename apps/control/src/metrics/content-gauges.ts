import type { ContentMeasures } from '@sluice/contract/link'
import type { LiveState } from '../observed/index.ts'
import type { MeasureGauge } from './measure-gauges.ts'

/** A reading of picture and sound: null where there is none, which makes no series. */
const readings: readonly [name: string, help: string, read: (content: ContentMeasures) => number | null][] = [
  [
    'sluice_input_content_measured',
    '1 while picture and sound are measured, for inputs with a trigger on them',
    ({ state }) => (state === 'measuring' ? 1 : 0),
  ],
  ['sluice_input_picture_luma', 'Mean luma of the last key picture, black 0 to white 1', ({ picture }) => picture?.luma ?? null],
  ['sluice_input_picture_black_ms', 'How long the picture has been black', ({ picture }) => picture?.blackForMs ?? null],
  ['sluice_input_picture_frozen_ms', 'How long the picture has been frozen', ({ picture }) => picture?.frozenForMs ?? null],
  ['sluice_input_sound_rms_dbfs', 'Level of the sound; -120 is digital silence', ({ sound }) => sound?.rmsDb ?? null],
  ['sluice_input_sound_peak_dbfs', 'Peak of the sound', ({ sound }) => sound?.peakDb ?? null],
  ['sluice_input_sound_silent_ms', 'How long there has been silence', ({ sound }) => sound?.silentForMs ?? null],
]

/** What is measured of pictures and sound. */
export function contentGauges(live: LiveState): MeasureGauge[] {
  return readings.map(([name, help, read]) => ({
    name,
    help,
    labelNames: ['channel', 'input'],
    collect(set) {
      for (const channel of live.channelIds) {
        for (const { inputId, content } of live.stats(channel).inputs) {
          const value = content === undefined ? null : read(content)
          if (value !== null) set({ channel, input: inputId }, value)
        }
      }
    },
  }))
}
