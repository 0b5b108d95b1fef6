import type { Triage, TriageVerdict } from '@sluice/contract/api'
import type { Style } from './style.ts'
import { plain } from './text.ts'

const stageColumns = 10

/** The four stages in their fixed order, each with its sentence, and what to try first where something is wrong. */
export function formatTriage(triage: Triage, style: Style): string {
  return triage.steps
    .map(({ stage, verdict, sentence, evidence, tryFirst }) => {
      const troubled = evidence.filter((one) => one.isTroubled).map((one) => `          ${plain(one.label)}: ${plain(one.value)}\n`)
      const advice = tryFirst === null ? '' : `          ${style.strong('First try:')} ${plain(tryFirst)}\n`
      return `${stage.padEnd(stageColumns)}${paintVerdict(verdict, style)} ${plain(sentence)}\n${troubled.join('')}${advice}`
    })
    .join('')
}

function paintVerdict(verdict: TriageVerdict, style: Style): string {
  const word = verdict.padEnd('trouble'.length)
  if (verdict === 'trouble') return style.bad(word)
  if (verdict === 'watch') return style.warn(word)
  return verdict === 'ok' ? style.good(word) : style.dim(word)
}
