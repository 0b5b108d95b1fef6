import { classPolicies, outputClasses } from '@sluice/contract/policy'
import { type Limit, limitsOf } from '@sluice/judge'

const units: Readonly<Record<Limit['unit'], (value: number) => string>> = {
  ms: (value) => `${Math.round(value)} ms`,
  kbps: (value) => `${Math.round(value)} kbps`,
  fps: (value) => `${value} fps`,
  share: (value) => String(Number(value.toFixed(3))),
  times: (value) => String(value),
}

const row = ([name, { side, warn, bad, unit, reason }]: [string, Limit]): string => {
  const limit = (value: number | null): string => (value === null ? '' : `${side} ${units[unit](value)}`)
  return `| \`${name}\` | ${bad === warn ? '' : limit(warn)} | ${limit(bad)} | ${reason} |`
}

/** docs/verdicts.md: every limit of the judge with its reason. */
export function formatVerdictsPage(): string {
  const { gopMs: _, ...limits } = limitsOf(outputClasses.map((name) => classPolicies[name]))
  return [
    '# Verdicts',
    '',
    '<!-- Made by `npm run generate` from packages/judge: change it there. -->',
    '',
    'What is not as it should be with a source, its line, an output or the player page. Verdicts are in `GET /channels/{id}/stats` and in the event stream, at each',
    'input, output and at `playback`: `{subject, code, level, figures, sentence, tryFirst}`, worst first. An empty list: all is well. No list: not judged yet.',
    'The console, `sluice channel show`, triage and preflight show the same sentences; `/metrics` has `sluice_verdict`, 1 for `warn` and 2 for `bad`.',
    '',
    '`warn`: it works, and not as it should. `bad`: viewers or destinations lose something now. A figure that equals a limit is within it.',
    '',
    'These are the limits for the classes as shipped; the tightest class among the outputs of a channel sets `keyframeDistance`. A share is 0 to 1.',
    '',
    '| limit | warn | bad | evidence |',
    '|---|---|---|---|',
    ...Object.entries(limits).map(row),
    '',
    'Bitrate, audio and keyframe rhythm are recommendations: the input and preflight (`profile`) show them, and triage never begins there. SRT contribution is also',
    'held against its [latency budget](latency.md), and an output counts as in trouble (`isTroubled`) while it is stalled, retrying, disabled or failed, or live with',
    'no report from its engine.',
    '',
  ].join('\n')
}
