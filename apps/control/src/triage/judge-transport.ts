import type { TriageStep, TriageVerdict } from '@sluice/contract/api'
import { isTroubled } from '@sluice/judge'
import { type Evidence, evidence, type OutputFacts, onAirStats, onAirVerdicts, stepOf, stepVerdict, type TriageFacts } from './facts.ts'

const step = stepOf('transport')
/** Switching costs this much beyond the trigger at most; more means that the backup was cold. */
const switchMarginMs = 200
/** The longest detection timeout of any class as shipped: a source that may be silent for longer freezes the picture for longer. */
const usualTriggerMs = 4000
const manySwitches = 3
const manyOutputs = 2

/** Stage 2: do the lines hold, the one that comes in and the one that all outputs share? */
export function judgeTransport(facts: TriageFacts): TriageStep {
  const shown = figures(facts)
  if (facts.actual === null || facts.actual.source === 'none') return step('idle', 'No media is flowing.', shown)
  const verdict =
    uplinkTrouble(facts) ?? sharedTrouble(facts) ?? contributionTrouble(facts) ?? switchTrouble(facts) ?? latencyTrouble(facts)
  if (verdict !== null) return step(verdict.verdict, verdict.sentence, shown, verdict.tryFirst)
  return step('ok', 'The lines in and out are good.', shown)
}

type Finding = { verdict: TriageVerdict; sentence: string; tryFirst: string | null }

/** Failures that a line makes; a refused key is none of them. */
const lineKinds: readonly string[] = ['dns', 'tcp', 'stall', 'remote-close']
const isDown = ({ actual }: OutputFacts): boolean => isTroubled(actual?.state ?? null)

/** All outputs at once, for reasons of the line: no platform does that. */
function uplinkTrouble({ outputs }: TriageFacts): Finding | null {
  const bad = outputs.filter(isDown)
  const byLine = bad.filter((output) => lineKinds.includes(output.actual?.reason?.kind ?? ''))
  if (outputs.length < manyOutputs || bad.length < outputs.length || byLine.length < bad.length) return null
  return {
    verdict: 'trouble',
    sentence: `All ${bad.length} outputs are in trouble at once: that points to this machine's uplink, not the platforms.`,
    tryFirst: 'Check this machine’s uplink and DNS before any output.',
  }
}

/** All outputs at once, and not by the line out: what they share is what comes in. */
function sharedTrouble({ outputs }: TriageFacts): Finding | null {
  if (outputs.length < manyOutputs || !outputs.every(isDown)) return null
  return {
    verdict: 'trouble',
    sentence: `All ${outputs.length} outputs are in trouble at once: that points to the input, which they share.`,
    tryFirst: 'Check the contribution path before any output: codec, bitrate and key frames of the encoder, then its line.',
  }
}

/** The line that the source comes in by. */
function contributionTrouble(facts: TriageFacts): Finding | null {
  const [worst] = onAirVerdicts(facts, 'line')
  return worst === undefined ? null : { verdict: stepVerdict(worst), sentence: worst.sentence, tryFirst: worst.tryFirst }
}

function switchTrouble({ events, triggerMs }: TriageFacts): Finding | null {
  const switches = events.filter((event) => event.name === 'source.switched' && event.severity !== 'info')
  const most = Math.min(triggerMs, usualTriggerMs) + switchMarginMs
  const slow = switches.find((event) => Number(event.data['activationMs'] ?? 0) > most)
  if (slow !== undefined) {
    const tookMs = Number(slow.data['activationMs'])
    const took = `The last failover took ${seconds(tookMs)}`
    if (tookMs <= triggerMs + switchMarginMs) {
      const tryFirst = `Set the detection timeout to 2 to 4 s in the failover settings: until then the picture stood still for viewers.`
      return { verdict: 'watch', sentence: `${took}: its detection timeout is ${seconds(triggerMs)}.`, tryFirst }
    }
    const tryFirst =
      'Check the detection timeout, and that the backup was already sending: a cold backup has to wait for its first key frame.'
    return { verdict: 'watch', sentence: `${took}, over the ${seconds(triggerMs)} of detection.`, tryFirst }
  }
  if (switches.length < manySwitches) return null
  const tryFirst = 'Lock the source to the more stable input until the line is good again.'
  return { verdict: 'watch', sentence: `The source was switched ${switches.length} times in five minutes.`, tryFirst }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** A stage of Sluice's own or of the way in that has been over its budget for a while. */
function latencyTrouble({ latency }: TriageFacts): Finding | null {
  if (latency.breached.includes('processing')) {
    const tryFirst = 'Check this machine’s load and the number of channels on the engine.'
    return { verdict: 'watch', sentence: 'Frames take longer through Sluice than the latency budget allows.', tryFirst }
  }
  if (!latency.breached.includes('contribution')) return null
  const tryFirst = 'Lower the SRT latency of the input as far as the line allows, or raise the channel’s budget.'
  return { verdict: 'watch', sentence: 'Contribution takes longer than its latency budget allows.', tryFirst }
}

function figures(facts: TriageFacts): Evidence[] {
  const stats = onAirStats(facts)
  if (stats === null) return []
  const isOff = (code: string): boolean => onAirVerdicts(facts, 'line').some((verdict) => verdict.code === code)
  const gap = evidence('Longest gap', `${Math.round(stats.maxGapMs)} ms`, isOff('gap'))
  if (stats.line === null) return [gap]
  const { rttMedianMs, lossShare } = facts.line
  return [
    gap,
    evidence('Loss', lossShare === null ? 'unknown so far' : `${(lossShare * 100).toFixed(2)} %`, isOff('loss')),
    evidence('Round trip', rttMedianMs === null ? 'unknown so far' : `${Math.round(rttMedianMs)} ms`, isOff('rtt')),
  ]
}
