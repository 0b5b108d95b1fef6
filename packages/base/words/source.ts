import { inputRoles } from './input-role.ts'

/** Where a programme's media comes from; `slate` is a still picture and silence that Sluice sends when no input is left. */
export const sourceNames = ['none', ...inputRoles, 'slate'] as const
export type SourceName = (typeof sourceNames)[number]

/** Faults that only a decoder finds. */
export const measuredFaults = ['black', 'frozen', 'audio-silent'] as const
export type MeasuredFault = (typeof measuredFaults)[number]

/**
 * Bad media on an input that is neither closed nor silent. `no-key-frame`: none for two of its usual GOPs, so whoever joins sees nothing.
 * `bitrate-collapsed`: far below its own mean. `time-stalled`: frames arrive, timestamps stand still. `audio-lost`: video goes on
 * without the audio that was there. `frozen`: frames arrive, the picture does not change. `audio-silent`: audio with nothing to hear.
 */
export const contentFaults = ['no-key-frame', 'bitrate-collapsed', 'time-stalled', 'audio-lost', ...measuredFaults] as const
export type ContentFault = (typeof contentFaults)[number]

/**
 * Why the source changes: for the event and for the operator. `stopped`: its encoder ended the stream by its own word, where `closed` is a cut.
 * `ended`: an operator ended the show.
 */
export const switchCauses = [
  'start',
  'closed',
  'stopped',
  'silent',
  ...contentFaults,
  'returned',
  'locked',
  'taken',
  'maintenance',
  'resumed',
  'expired',
  'ended',
] as const
export type SwitchCause = (typeof switchCauses)[number]
