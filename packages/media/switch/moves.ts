import { type InputRole, rankOf } from './input-role.ts'

/** Where the programme's media comes from; `slate` is a still picture and silence that Sluice makes when no input is left. */
export type SourceName = 'none' | InputRole | 'slate'

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
export type SwitchCause =
  | 'start'
  | 'closed'
  | 'silent'
  | ContentFault
  | 'returned'
  | 'locked'
  | 'taken'
  | 'maintenance'
  | 'resumed'
  | 'expired'

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
const asked: readonly SwitchCause[] = ['locked', 'taken', 'maintenance']

/** The only legal moves, whatever the number of inputs; a missing line or cause is a bug in who decided. */
const moves: Readonly<Record<string, readonly SwitchCause[]>> = {
  'none to an input': ['start'],
  'input to a lower one': [...lost, ...faults, ...asked],
  'input to a higher one': [...lost, ...faults, ...asked, 'returned'],
  'input to slate': lost,
  'input to none': ['closed'],
  'slate to an input': ['resumed'],
  'slate to none': ['expired'],
}

export const isInput = (source: SourceName): source is InputRole => source !== 'none' && source !== 'slate'

export const isLegalMove = (from: SourceName, to: SourceName, cause: SwitchCause): boolean =>
  moves[kindOf(from, to)]?.includes(cause) ?? false

function kindOf(from: SourceName, to: SourceName): string {
  if (!isInput(from)) return `${from} to ${isInput(to) ? 'an input' : to}`
  if (!isInput(to)) return `input to ${to}`
  if (from === to) return 'input to itself'
  return rankOf(to) > rankOf(from) ? 'input to a lower one' : 'input to a higher one'
}
