import type { Verdict } from '@sluice/contract/api'
import type { Style } from './style.ts'
import { plain } from './text.ts'

/** What the judge says of one input, output or of playback, two lines each: what is wrong, and what to do first. */
export function verdictLines(name: string, verdicts: readonly Verdict[] | undefined, style: Style): string[] {
  return (verdicts ?? []).flatMap(({ level, sentence, tryFirst }) => [
    `${style.strong(plain(name))}: ${level === 'bad' ? style.bad(plain(sentence)) : style.warn(plain(sentence))}`,
    ...(tryFirst === null ? [] : [`  ${style.dim(plain(tryFirst))}`]),
  ])
}
