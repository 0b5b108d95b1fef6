import type { CheckVerdict, Preflight, PreflightCheck } from '@sluice/contract/api'
import type { Style } from './style.ts'
import { plain } from './text.ts'

const nameColumns = 10

/** A preflight: a line for the channel and for each output, and under it what is not as it should be, with the exact fix. */
export function formatPreflight(preflight: Preflight, channelName: string, showsAll: boolean, style: Style): string {
  const shown = (checks: readonly PreflightCheck[]): string =>
    checks
      .filter((check) => showsAll || check.verdict === 'warn' || check.verdict === 'fail')
      .map((check) => formatCheck(check, style))
      .join('')
  const outputs = preflight.outputs.map(
    (output) =>
      `${paintVerdict(output.verdict, style)} ${style.strong(plain(output.name))} ${style.dim(plain(output.url))}\n${shown(output.checks)}`,
  )
  return `${paintVerdict(preflight.verdict, style)} ${style.strong(plain(channelName))}\n${shown(preflight.checks)}${outputs.join('')}`
}

function formatCheck({ verdict, check, found, expected, fix }: PreflightCheck, style: Style): string {
  const line = `  ${paintVerdict(verdict, style)} ${check.padEnd(nameColumns)} ${plain(found)}${verdict === 'pass' ? '' : `; expected: ${plain(expected)}`}\n`
  return fix === null ? line : `${line}       ${' '.repeat(nameColumns)} ${style.dim(plain(fix))}\n`
}

function paintVerdict(verdict: CheckVerdict, style: Style): string {
  if (verdict === 'fail') return style.bad('FAIL')
  if (verdict === 'warn') return style.warn('warn')
  return verdict === 'pass' ? style.good('pass') : style.dim('skip')
}
