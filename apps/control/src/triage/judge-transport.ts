import type { TriageStep } from '@sluice/contract/api'
import { type Evidence, evidence, onAirStats, stepOf, type TriageFacts } from './facts.ts'
import { isTroubled, lineKinds } from './output-trouble.ts'

const step = stepOf('transport')
const gapWatchMs = 500
const gapTroubleMs = 1000
const lossWatch = 0.01
const rttWatchMs = 180
/** Switching costs this much beyond the trigger at most; more means that the backup was cold. */
const switchMarginMs = 200
const manySwitches = 3
const manyOutputs = 2

/** Stage 2: do the lines hold, the one that comes in and the one that all outputs share? */
export function judgeTransport(facts: TriageFacts): TriageStep {
  const shown = figures(facts)
  if (facts.actual === null || facts.actual.source === 'none') return step('idle', 'Nothing is carried.', shown)
  const verdict =
    uplinkTrouble(facts) ?? sharedTrouble(facts) ?? contributionTrouble(facts) ?? switchTrouble(facts) ?? latencyTrouble(facts)
  if (verdict !== null) return step(verdict.verdict, verdict.sentence, shown, verdict.tryFirst)
  return step('ok', 'The lines hold, in and out.', shown)
}

type Finding = { verdict: 'watch' | 'trouble'; sentence: string; tryFirst: string }

/** All outputs at once, for reasons of the line: no platform does that. */
function uplinkTrouble({ outputs }: TriageFacts): Finding | null {
  const bad = outputs.filter((output) => isTroubled(output))
  const byLine = bad.filter((output) => lineKinds.includes(output.actual?.reason?.kind ?? ''))
  if (outputs.length < manyOutputs || bad.length < outputs.length || byLine.length < bad.length) return null
  return {
    verdict: 'trouble',
    sentence: `All ${bad.length} outputs are in trouble at once: that is the line out of here, not the platforms.`,
    tryFirst: 'Check this machine’s uplink and its name servers before any output.',
  }
}

/** All outputs at once, and not by the line out: what they share is what comes in. */
function sharedTrouble({ outputs }: TriageFacts): Finding | null {
  if (outputs.length < manyOutputs || !outputs.every((output) => isTroubled(output))) return null
  return {
    verdict: 'trouble',
    sentence: `All ${outputs.length} outputs are in trouble at once: what they share is what comes in.`,
    tryFirst: 'Check the contribution path before any output: codec, bitrate and key frames of the encoder, and its line.',
  }
}

function contributionTrouble(facts: TriageFacts): Finding | null {
  const stats = onAirStats(facts)
  if (stats === null) return null
  const { maxGapMs } = stats
  const loss = lossOf(stats.srt)
  const tryFirst = 'Check the encoder’s uplink: lower its bitrate, take the cable instead of Wi-Fi, or send over SRT with more latency.'
  if (maxGapMs >= gapTroubleMs) return { verdict: 'trouble', sentence: `Nothing came in for ${Math.round(maxGapMs)} ms.`, tryFirst }
  if (loss !== null && loss.dropped > 0 && loss.share > lossWatch) {
    const sentence = `${(loss.share * 100).toFixed(1)} % of the packets were lost on the way in, ${loss.dropped} for good.`
    return { verdict: 'trouble', sentence, tryFirst }
  }
  if (maxGapMs >= gapWatchMs)
    return { verdict: 'watch', sentence: `Media comes in bursts, with ${Math.round(maxGapMs)} ms between.`, tryFirst }
  if (loss !== null && loss.share > lossWatch) {
    return {
      verdict: 'watch',
      sentence: `${(loss.share * 100).toFixed(1)} % of the packets were lost on the way in and sent again.`,
      tryFirst,
    }
  }
  const rttMs = stats.srt?.['msRTT'] ?? 0
  if (rttMs > rttWatchMs) return { verdict: 'watch', sentence: `The round trip to the encoder takes ${Math.round(rttMs)} ms.`, tryFirst }
  return null
}

function switchTrouble({ events, triggerMs }: TriageFacts): Finding | null {
  const switches = events.filter((event) => event.name === 'source.switched' && event.severity !== 'info')
  const slow = switches.find((event) => Number(event.data['activationMs'] ?? 0) > triggerMs + switchMarginMs)
  if (slow !== undefined) {
    const ms = Math.round(Number(slow.data['activationMs']))
    const tryFirst =
      'Check the detection timeout, and that the backup was sending all the time: a cold backup waits for its first key frame.'
    return { verdict: 'watch', sentence: `The last failover took ${ms} ms, over the ${triggerMs} ms of detection.`, tryFirst }
  }
  if (switches.length < manySwitches) return null
  const tryFirst = 'Lock the source to the steadier input until the line holds.'
  return { verdict: 'watch', sentence: `The source was switched ${switches.length} times in five minutes.`, tryFirst }
}

/** A stage of Sluice's own or of the way in that has been over its budget for a while. */
function latencyTrouble({ latency }: TriageFacts): Finding | null {
  if (latency.breached.includes('processing')) {
    const tryFirst = 'Look at the load of this machine, and at how many channels the engine carries.'
    return { verdict: 'watch', sentence: 'Frames take longer through Sluice than the latency budget allows.', tryFirst }
  }
  if (!latency.breached.includes('contribution')) return null
  const tryFirst = 'Lower the SRT latency of the input as far as its line allows, or raise the budget of the channel.'
  return { verdict: 'watch', sentence: 'The way in takes longer than its latency budget allows.', tryFirst }
}

/** SRT counts; other protocols hide their losses in gaps. */
function lossOf(srt: Readonly<Record<string, number>> | null): { share: number; dropped: number } | null {
  const received = srt?.['pktRecvTotal'] ?? 0
  if (srt === null || received === 0) return null
  const lost = srt['pktRcvLossTotal'] ?? 0
  return { share: lost / (received + lost), dropped: srt['pktRcvDropTotal'] ?? 0 }
}

function figures(facts: TriageFacts): Evidence[] {
  const stats = onAirStats(facts)
  if (stats === null) return []
  const loss = lossOf(stats.srt)
  const gap = evidence('Longest gap', `${Math.round(stats.maxGapMs)} ms`, stats.maxGapMs >= gapWatchMs)
  if (loss === null) return [gap]
  const rttMs = stats.srt?.['msRTT'] ?? 0
  return [
    gap,
    evidence('Loss', `${(loss.share * 100).toFixed(2)} %`, loss.share > lossWatch),
    evidence('Round trip', `${Math.round(rttMs)} ms`, rttMs > rttWatchMs),
  ]
}
