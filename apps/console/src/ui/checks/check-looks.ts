import type { CheckVerdict, TriageVerdict } from '@sluice/contract/api'
import { type Icon, IconAlertTriangleFilled, IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled } from '@tabler/icons-react'
import type { Tone } from '../state/index.ts'

type VerdictLook = { readonly tone: Tone; readonly word: string; readonly Icon: Icon }

const ok: VerdictLook = { tone: 'ok', word: 'OK', Icon: IconCircleCheckFilled }
const watch: VerdictLook = { tone: 'warn', word: 'Warning', Icon: IconAlertTriangleFilled }
const bad: VerdictLook = { tone: 'bad', word: 'Problem', Icon: IconCircleXFilled }
const open: VerdictLook = { tone: 'quiet', word: 'Not checked', Icon: IconCircleDashed }

/** How a verdict looks and reads: never colour alone. */
export const verdictLooks: Readonly<Record<CheckVerdict | TriageVerdict, VerdictLook>> = {
  pass: ok,
  warn: watch,
  fail: bad,
  skip: open,
  ok,
  watch,
  trouble: bad,
  idle: { ...open, word: 'Idle' },
}
