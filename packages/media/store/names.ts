import type { Track } from '@sluice/codecs/frame'

/** The name of a rendition: letters, digits and `_` alone, as it stands in file names. */
export function renditionId(rung: string, kind: Track['kind'], trackId: number): string {
  const base = `${kind === 'video' ? 'v' : 'a'}_${rung.replace(/[^A-Za-z0-9]/g, '')}`
  return trackId === 0 ? base : `${base}_${trackId}`
}

/** What a name of a file means. `epoch`: the first number of its store, so that a name never gets other bytes. */
export type FileName = {
  readonly kind: 'part' | 'segment' | 'init'
  readonly rendition: string
  readonly epoch: number
  readonly number: number
}

const extensions = { part: 'p.m4s', segment: '.m4s', init: 'i.mp4' } as const

export const fileName = ({ kind, rendition, epoch, number }: FileName): string =>
  `${rendition}-${epoch.toString(36)}-${number}${extensions[kind]}`

/** Null: no name of ours. Only a name written anew from what was found is proof. */
export function readFileName(name: string): FileName | null {
  const match = /^([A-Za-z0-9_]{1,80})-([0-9a-z]{1,10})-([0-9]{1,15})(p\.m4s|\.m4s|i\.mp4)$/.exec(name)
  if (match === null) return null
  const [, rendition, epoch, number, extension] = match
  const kind = extension === extensions.part ? 'part' : extension === extensions.segment ? 'segment' : 'init'
  const read: FileName = { kind, rendition: rendition!, epoch: Number.parseInt(epoch!, 36), number: Number(number) }
  return fileName(read) === name ? read : null
}

/** Names of the segments of every rendition of a store, as a template of DASH. Spec: ISO/IEC 23009-1 §5.3.9.4.4 */
export const segmentTemplate = (epoch: number): string => `$RepresentationID$-${epoch.toString(36)}-$Number$${extensions.segment}`
