import { isoTime } from '@sluice/base/clock'
import type { FormatProbe, ProbeFinding } from '@sluice/contract/api'
import type { ChannelActual, PublishSuccess } from '@sluice/contract/link'
import { type ChannelLook, isContentFault, type ProbeFormat, probeFormats } from '@sluice/contract/prober'
import { disturbed, isUnprobed, type Judged, judgeProbes, nextProbe, noProbe, type ProbeStanding, probeWords } from '@sluice/judge'

/** After a switch, a start or an engine that came back: what is seen meanwhile is no fault. */
const settleMs = 8000
/** An engine that was lost is back within this time, and its promises hold over it. */
const lingerMs = 30_000
/** Looks come every two seconds: what lies further apart was not looked at. */
const maxLookMs = 5000

type Seen = {
  standing: ProbeStanding
  latencyMs: number | null
  glassMs: number | null
  lookedMs: number | null
  wantedMs: number
  liveMs: number
}
/** A fault that began, or is over. */
export type ProbeNews =
  | { readonly kind: 'failed'; readonly format: ProbeFormat; readonly fault: NonNullable<ProbeStanding['fault']> }
  | { readonly kind: 'recovered'; readonly format: ProbeFormat; readonly code: string; readonly forMs: number }

/** What the probes of one channel come to, look by look. Times are of the wall clock. */
export class ChannelWatch {
  // bound: one a format of the list
  readonly #seen = new Map<ProbeFormat, Seen>()
  #isOn = false
  #onMs = Number.NEGATIVE_INFINITY
  #settlesMs = Number.NEGATIVE_INFINITY
  #source = ''
  #isSlate = false
  #broadcast: string | null = null

  /** Its players are looked for: it is on the air, or was a moment ago. */
  isWanted(nowMs: number): boolean {
    return this.#isOn || nowMs - this.#onMs < lingerMs
  }

  /** What its engine says; null: nothing. */
  noteActual(actual: ChannelActual | null, broadcast: string | null, nowMs: number): ProbeNews[] {
    const wasOn = this.#isOn
    this.#isOn = actual !== null && actual.state === 'live' && actual.hlsReady
    if (this.#isOn && actual !== null) {
      const source = `${actual.source} ${actual.inputs.find(({ onAir }) => onAir)?.inputId ?? ''}`
      if (!wasOn || source !== this.#source) this.#settlesMs = nowMs + settleMs
      this.#source = source
      this.#isSlate = actual.source === 'slate'
      this.#onMs = nowMs
      if (!wasOn) this.#begin(nowMs)
    }
    if (broadcast !== this.#broadcast) {
      this.#broadcast = broadcast
      for (const seen of this.#seen.values()) Object.assign(seen, { wantedMs: 0, liveMs: 0 })
    }
    return this.isWanted(nowMs) ? [] : this.#end(nowMs)
  }

  /** Takes one look, and says what changed with it. */
  noteLook(look: ChannelLook, nowMs: number): ProbeNews | null {
    const seen = this.#seen.get(look.format)
    // Not on the air, or nothing was seen yet: that is no look.
    if (seen === undefined || !this.isWanted(nowMs) || (!look.isPlaying && look.faults.length === 0)) return null
    seen.latencyMs = look.latencyMs
    seen.glassMs = look.glassMs
    if (!this.#isOn || nowMs < this.#settlesMs) {
      seen.standing = disturbed(seen.standing, nowMs)
      seen.lookedMs = nowMs
      return null
    }
    const faults = this.#isSlate ? look.faults.filter(({ code }) => !isContentFault(code)) : look.faults
    const before = seen.standing.fault
    const { standing, change } = nextProbe(seen.standing, faults, nowMs)
    seen.standing = standing
    this.#count(seen, nowMs)
    if (change === 'failed') return { kind: 'failed', format: look.format, fault: standing.fault! }
    return change === 'recovered' ? recovered(look.format, before!, nowMs) : null
  }

  judged(nowMs: number): Judged[] {
    if (!this.#isOn) return []
    return judgeProbes({ nowMs, formats: [...this.#seen].map(([format, { standing, latencyMs }]) => ({ format, standing, latencyMs })) })
  }

  report(nowMs: number): FormatProbe[] {
    return probeFormats.map((format) => {
      const seen = this.#seen.get(format)
      const standing = seen?.standing ?? noProbe(nowMs)
      const { fault, lastFault } = standing
      const state = this.#stateOf(standing, nowMs)
      const isKnown = state === 'ok' || state === 'faulty'
      return {
        ...{ format, state, since: isoTime(standing.sinceMs) },
        lookedAt: standing.lookedMs === null ? null : isoTime(standing.lookedMs),
        latencyMs: isKnown ? (seen?.latencyMs ?? null) : null,
        glassMs: isKnown ? (seen?.glassMs ?? null) : null,
        fault: fault === null || !isKnown ? null : faultOf(format, fault),
        lastFault: lastFault === null ? null : { ...faultOf(format, lastFault), endedAt: isoTime(lastFault.endedMs) },
        success: successOf(seen),
      }
    })
  }

  #stateOf(standing: ProbeStanding, nowMs: number): FormatProbe['state'] {
    if (!this.#isOn) return 'waiting'
    if (isUnprobed(standing, nowMs)) return 'unknown'
    return standing.fault !== null ? 'faulty' : standing.lookedMs === null || nowMs < this.#settlesMs ? 'waiting' : 'ok'
  }

  /** What is known of the time before stays: the same addresses go on over a lost engine. */
  #begin(nowMs: number): void {
    for (const format of probeFormats) {
      const seen = this.#seen.get(format)
      if (seen === undefined) {
        const empty = { latencyMs: null, glassMs: null, lookedMs: null, wantedMs: 0, liveMs: 0 }
        this.#seen.set(format, { standing: noProbe(nowMs), ...empty })
      } else seen.standing = { ...seen.standing, lookedMs: null, sinceMs: seen.standing.fault?.sinceMs ?? nowMs }
    }
  }

  /** A show that is over takes its faults with it. */
  #end(nowMs: number): ProbeNews[] {
    const news: ProbeNews[] = []
    for (const [format, seen] of this.#seen) {
      const { fault, lastFault } = seen.standing
      if (fault !== null) news.push(recovered(format, fault, nowMs))
      const kept = fault === null ? lastFault : { ...fault, endedMs: nowMs }
      seen.standing = { ...noProbe(nowMs), lastFault: kept }
      Object.assign(seen, { latencyMs: null, glassMs: null, lookedMs: null })
    }
    return news
  }

  /** Black pictures play as well as others do. */
  #count(seen: Seen, nowMs: number): void {
    const forMs = seen.lookedMs === null ? 0 : Math.min(maxLookMs, Math.max(0, nowMs - seen.lookedMs))
    seen.lookedMs = nowMs
    seen.wantedMs += forMs
    if (seen.standing.fault === null || isContentFault(seen.standing.fault.code)) seen.liveMs += forMs
  }
}

const recovered = (format: ProbeFormat, fault: NonNullable<ProbeStanding['fault']>, nowMs: number): ProbeNews => ({
  ...{ kind: 'recovered', format, code: fault.code },
  forMs: Math.max(0, Math.round(nowMs - fault.sinceMs)),
})

function faultOf(format: ProbeFormat, { code, figures, sinceMs }: NonNullable<ProbeStanding['fault']>): ProbeFinding {
  return { code, ...probeWords(format, code, figures), figures, since: isoTime(sinceMs) }
}

const successOf = (seen: Seen | undefined): PublishSuccess => {
  const [wantedMs, liveMs] = [Math.round(seen?.wantedMs ?? 0), Math.round(seen?.liveMs ?? 0)]
  return { wantedMs, liveMs, share: wantedMs === 0 ? null : Math.min(1, liveMs / wantedMs) }
}
