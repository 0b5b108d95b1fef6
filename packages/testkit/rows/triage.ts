import type { Triage } from '@sluice/contract/api'
import { rowTime } from './row-time.ts'

/** A triage that found nothing. */
export const makeTriage = (given: Partial<Triage> = {}): Triage => ({
  channelId: 'c',
  at: rowTime,
  verdict: 'ok',
  beginAt: null,
  steps: [],
  problems: [],
  calm: { tone: 'ok', title: 'All clear', text: '', action: null },
  lastTroubleAt: null,
  onAirSince: null,
  proof: [],
  gates: [],
  ...given,
})

/** One problem of a triage. */
export const makeProblem = (given: Partial<Triage['problems'][number]> = {}): Triage['problems'][number] => ({
  code: 'output-failed',
  tone: 'bad',
  stage: 'output',
  hint: 'credentials',
  badge: 'Failed',
  title: 'Output failed',
  since: null,
  text: '',
  action: null,
  ...given,
})
