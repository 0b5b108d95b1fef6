import type { PlanCode } from '@sluice/contract/api'

/**
 * What each code means as a warning. `replaced`: the output does not get what it is meant to have. `misfit`: it gets what it is set to, and its
 * destination does not accept that. Null: it is no warning, it only says why.
 */
const shortfalls: Readonly<Record<PlanCode, 'replaced' | 'misfit' | null>> = {
  'source-unknown': null,
  'source-fits': null,
  'source-wanted': null,
  'source-codec': 'misfit',
  'source-bitrate': 'misfit',
  'source-fps': 'misfit',
  'source-size': 'misfit',
  'source-keyframes': 'misfit',
  'source-audio': 'misfit',
  'rung-wanted': null,
  'rung-gone': 'replaced',
  rollback: null,
  player: null,
  'no-encoder': 'replaced',
  'no-room': 'replaced',
  'enhanced-track': null,
  'enhanced-no-room': 'replaced',
  'rung-failed': 'replaced',
}

export const shortfallOf = (code: PlanCode): 'replaced' | 'misfit' | null => shortfalls[code]
