import type { ProcessSample } from './process-samples.ts'

/** One line of the table at the end. `bound`: in words; empty where a figure is only told. */
export type Finding = { readonly what: string; readonly value: string; readonly bound: string; readonly isGood: boolean }

export const told = (what: string, value: string): Finding => ({ what, value, bound: '', isGood: true })

/** The value below which `share` of the values lie; 0 without any. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

const median = (values: readonly number[]): number => quantile(values, 0.5)

/** From when memory is judged, as a share of the run: ten minutes of an hour. */
const warmShare = 1 / 6

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
const valuesIn = (samples: readonly ProcessSample[], from: number, to: number, read: (sample: ProcessSample) => number): number[] =>
  samples.filter(({ atMs }) => atMs >= from && atMs < to).map(read)

export type MemoryRule = { readonly durationMs: number; readonly maxGrowth: number }

/**
 * Memory and descriptors of one process. The median of the sixth after the warm-up is held against the median of the last sixth: what a
 * moment needs is in neither, and what is never given back is in the second.
 */
export function judgeProcess(name: string, samples: readonly ProcessSample[], rule: MemoryRule): Finding[] {
  const windowMs = rule.durationMs * warmShare
  const [from, to] = [windowMs, rule.durationMs - windowMs] as const
  const rssOf = (sample: ProcessSample): number => sample.rssBytes
  const before = median(valuesIn(samples, from, from + windowMs, rssOf))
  const after = median(valuesIn(samples, to, Number.POSITIVE_INFINITY, rssOf))
  const growth = after / before - 1
  const highest = Math.max(...samples.map(rssOf))
  const used = valuesIn(samples, 0, Number.POSITIVE_INFINITY, ({ descriptors }) => descriptors)
  return [
    {
      what: `${name}: memory, second sixth to last`,
      value: `${megabytes(before)} to ${megabytes(after)} (${(growth * 100).toFixed(1)} %), ${megabytes(highest)} at most`,
      bound: `+${(rule.maxGrowth * 100).toFixed(0)} %`,
      isGood: before > 0 && growth <= rule.maxGrowth,
    },
    told(`${name}: descriptors in use`, `${median(used)}, ${Math.max(...used)} at most`),
  ]
}

/** What a process still holds once everybody has left, against what it held before anybody came. */
export function judgeLeft(name: string, before: number, after: number, spare: number): Finding {
  const bound = `+${spare}`
  return { what: `${name}: descriptors before and after`, value: `${before} and ${after}`, bound, isGood: after <= before + spare }
}

export const isGood = (findings: readonly Finding[]): boolean => findings.every((finding) => finding.isGood)

/** The table as text, what is broken marked. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = (read: (finding: Finding) => string): number => Math.max(...findings.map((finding) => read(finding).length))
  const [what, value] = [width((one) => one.what), width((one) => one.value)]
  return findings
    .map((one) => `${one.isGood ? '    ' : 'FAIL'}  ${one.what.padEnd(what)}  ${one.value.padEnd(value)}  ${one.bound}`.trimEnd())
    .join('\n')
}
