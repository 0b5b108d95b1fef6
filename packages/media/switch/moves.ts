/** Where the programme's media comes from; `slate` is a still picture and silence that Sluice makes when no input is left. */
export type SourceName = 'none' | 'primary' | 'backup' | 'slate'

/** Bad media on an input that is neither closed nor silent. */
export type ContentFault =
  /** No key frame for two of its usual GOPs: whoever joins sees nothing. */
  | 'no-key-frame'
  /** Far fewer bits than it had on the mean. */
  | 'bitrate-collapsed'
  /** Frames come, their time does not go on. */
  | 'time-stalled'
  /** Video comes, the audio that was there does not. */
  | 'audio-lost'
  /** The picture is black. */
  | 'black'
  /** Frames come, the picture stands still. */
  | 'frozen'
  /** Audio comes, there is nothing to hear in it. */
  | 'audio-silent'

/** Why the source changes: for the event and for the operator. */
export type SwitchCause = 'start' | 'closed' | 'silent' | ContentFault | 'returned' | 'locked' | 'taken' | 'resumed' | 'expired'

const faults: readonly SwitchCause[] = [
  'no-key-frame',
  'bitrate-collapsed',
  'time-stalled',
  'audio-lost',
  'black',
  'frozen',
  'audio-silent',
]
const lost: readonly SwitchCause[] = ['closed', 'silent']
const asked: readonly SwitchCause[] = ['locked', 'taken']

/** The only legal moves; a missing cell or cause is a bug in who decided. */
const moves: Readonly<Record<SourceName, Partial<Record<SourceName, readonly SwitchCause[]>>>> = {
  none: { primary: ['start'], backup: ['start'] },
  primary: { backup: [...lost, ...faults, ...asked], slate: lost, none: ['closed'] },
  backup: { primary: [...lost, ...faults, ...asked, 'returned'], slate: lost, none: ['closed'] },
  slate: { primary: ['resumed'], backup: ['resumed'], none: ['expired'] },
}

export const isLegalMove = (from: SourceName, to: SourceName, cause: SwitchCause): boolean => moves[from][to]?.includes(cause) ?? false
