/** The index of a recording: a line for each file and segment, in the order in which they were written. */
export const indexName = 'index.jsonl'
/** What the recorder says of the recording: which channel, since when, and why it ended. */
export const stateName = 'recording.json'

/**
 * The name of a file of media. `run`: rises with each process that wrote, as decoding times begin anew with it. `no`: rises with each file of a
 * run; renditions that were cut together have the same.
 */
export type MediaFileName = { readonly run: number; readonly no: number; readonly rendition: string }

export const mediaFileName = ({ run, no, rendition }: MediaFileName): string =>
  `${String(run).padStart(3, '0')}-${String(no).padStart(6, '0')}-${rendition}.mp4`

/** Null: no name of ours. */
export function readMediaFileName(name: string): MediaFileName | null {
  const match = /^([0-9]{3,6})-([0-9]{6,9})-([A-Za-z0-9_]{1,80})\.mp4$/.exec(name)
  if (match === null) return null
  const [, run, no, rendition] = match
  const read = { run: Number(run), no: Number(no), rendition: rendition! }
  return mediaFileName(read) === name ? read : null
}
