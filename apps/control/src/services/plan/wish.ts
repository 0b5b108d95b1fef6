import { RungAudioWish, RungVideoWish, type RungWish } from '@sluice/contract/api'
import type { OwnRung } from '@sluice/judge/plan'

/** The columns of a rung, as they are stored. */
export type RungColumns = { readonly id: string; readonly name: string; readonly video: string | null; readonly audio: string | null }

const parsed = <T>(column: string | null, parse: (value: unknown) => T): T | null => (column === null ? null : parse(JSON.parse(column)))

/** A wish out of its two columns, and into them. */
export const readWish = ({ video, audio }: Pick<RungColumns, 'video' | 'audio'>): RungWish => ({
  video: parsed(video, (value) => RungVideoWish.parse(value)),
  audio: parsed(audio, (value) => RungAudioWish.parse(value)),
})
export const writeWish = ({ video, audio }: RungWish): Pick<RungColumns, 'video' | 'audio'> => ({
  video: video === null ? null : JSON.stringify(video),
  audio: audio === null ? null : JSON.stringify(audio),
})

export const toOwnRung = ({ id, name, ...wish }: RungColumns): OwnRung => ({ id, name, ...readWish(wish) })
