import type { CheckVerdict, PreflightCheck, PreflightCheckName } from '@sluice/contract/api'

/** One check in the API's form. */
export const check = (
  name: PreflightCheckName,
  verdict: CheckVerdict,
  texts: { found: string; expected: string; fix?: string },
): PreflightCheck => ({ check: name, verdict, found: texts.found, expected: texts.expected, fix: texts.fix ?? null })

/** The worst verdict; what was skipped says nothing, and where nothing was judged nothing passes. */
export function worstOf(verdicts: readonly CheckVerdict[]): 'pass' | 'warn' | 'fail' {
  if (verdicts.includes('fail')) return 'fail'
  return verdicts.includes('warn') || !verdicts.includes('pass') ? 'warn' : 'pass'
}
