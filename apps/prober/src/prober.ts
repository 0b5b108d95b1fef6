import { isDeepStrictEqual } from 'node:util'
import { type Clock, isoTime, type Timer } from '@sluice/base/clock'
import type { Sandbox } from '@sluice/base/sandbox'
import type { ChannelTarget, FromProber, OutputTarget, ProberSetup } from '@sluice/contract/prober'
import { ContentChild, ContentLine } from './content/index.ts'
import { DashProbe } from './dash/index.ts'
import { HlsProbe } from './hls/index.ts'
import { openGetter } from './http/index.ts'
import { Lag } from './lag.ts'
import { OutputProbes } from './outputs/index.ts'
import { Pace, type ReadCpuMs } from './pace.ts'
import type { FormatProbe, ProbeParts } from './probe-parts.ts'

const lookMs = 2000
const beatMs = 1000
/** One core's share for the first channel and for each further one, and for all together. */
const cpuShare = { base: 0.04, perChannel: 0.03, most: 0.3 }
const maxSockets = 256

export type ProberParts = {
  readonly clock: Clock
  readonly sandbox: Sandbox
  readonly setup: Pick<ProberSetup, 'allowPrivateTargets' | 'content' | 'outputEveryMs'>
  readonly readCpuMs: ReadCpuMs
  readonly tell: (message: FromProber) => void
}

type Channel = { readonly target: ChannelTarget; readonly probes: readonly FormatProbe[]; readonly content: ContentLine }

/** Plays every channel that it is told of, as its viewers do, and says every two seconds what it saw. [PRB-01] [OBS-05] */
export class Prober {
  readonly #parts: ProberParts
  readonly #probing: ProbeParts
  readonly #child: ContentChild
  readonly #outputs: OutputProbes
  // bound: one a channel of the targets, which control bounds
  readonly #channels = new Map<string, Channel>()
  // bound: one a channel
  readonly #lines = new Map<number, ContentLine>()
  #nextSlot = 1
  #timers: Timer[]

  constructor(parts: ProberParts) {
    const { clock, sandbox, setup, readCpuMs, tell } = parts
    this.#parts = parts
    this.#probing = {
      clock,
      getter: openGetter({ clock, maxSockets }),
      pace: new Pace(clock, readCpuMs, cpuShare.base),
      lag: new Lag(clock),
    }
    this.#child = new ContentChild(clock, sandbox, {
      onMessage: (message) => {
        if ('slot' in message) this.#lines.get(message.slot)?.receive(message)
      },
      onChanged: () => this.#connect(),
    })
    this.#outputs = new OutputProbes({ clock, tell, allowPrivateTargets: setup.allowPrivateTargets, everyMs: setup.outputEveryMs })
    this.#timers = [clock.after(lookMs, () => this.#look()), clock.after(beatMs, () => this.#beat())]
  }

  /** What is the same as before goes on undisturbed. */
  setTargets(channels: readonly ChannelTarget[], outputs: readonly OutputTarget[]): void {
    const wanted = new Map(channels.map((target) => [target.channelId, target]))
    for (const [channelId, channel] of this.#channels)
      if (!isDeepStrictEqual(wanted.get(channelId), channel.target)) this.#close(channelId, channel)
    for (const target of channels) if (!this.#channels.has(target.channelId)) this.#open(target)
    if (this.#channels.size === 0) this.#child.stop()
    else this.#child.start()
    const { base, perChannel, most } = cpuShare
    this.#probing.pace.setBound(Math.min(most, base + perChannel * this.#channels.size))
    this.#outputs.setTargets(outputs)
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel()
    for (const [channelId, channel] of this.#channels) this.#close(channelId, channel)
    this.#outputs.close()
    this.#child.stop()
    this.#probing.getter.close()
    this.#probing.pace.close()
    this.#probing.lag.close()
  }

  #open(target: ChannelTarget): void {
    const { clock, setup } = this.#parts
    const content = new ContentLine(this.#nextSlot++, setup.content)
    if (this.#child.isReady) content.connect((head, bytes) => this.#child.send(head, bytes))
    this.#lines.set(content.slot, content)
    // Decoded once: the plain form has the same bytes.
    const probes = [
      new HlsProbe('ll-hls', target, this.#probing, (frame) => content.put(frame, clock.nowMs())),
      new HlsProbe('hls', target, this.#probing, () => {}),
      new DashProbe(target, this.#probing),
    ]
    this.#channels.set(target.channelId, { target, probes, content })
  }

  #close(channelId: string, { probes, content }: Channel): void {
    for (const probe of probes) probe.close()
    content.close()
    this.#lines.delete(content.slot)
    this.#channels.delete(channelId)
  }

  #connect(): void {
    const send = this.#child.isReady ? (head: Uint8Array, bytes: Uint8Array | null) => this.#child.send(head, bytes) : null
    for (const line of this.#lines.values()) line.connect(send)
  }

  #look(): void {
    const { clock, tell } = this.#parts
    const at = isoTime(clock.wallMs())
    for (const [channelId, { probes, content }] of this.#channels) {
      const decoded = content.faults(clock.nowMs())
      for (const [i, probe] of probes.entries()) {
        const { faults, isPlaying, latencyMs, glassMs } = probe.look()
        const seen = i === 0 ? decoded : null
        tell({
          type: 'look',
          ...{ channelId, format: probe.format, at, isPlaying, latencyMs, glassMs },
          faults: [...faults, ...(seen ?? [])],
          hasContent: seen !== null,
          avOffsetMs: null,
        })
      }
    }
    this.#timers[0] = clock.after(lookMs, () => this.#look())
  }

  #beat(): void {
    const { pace } = this.#probing
    this.#parts.tell({ type: 'beat', cpuShare: pace.share, pauseMs: pace.pauseMs, content: this.#child.problem })
    this.#timers[1] = this.#parts.clock.after(beatMs, () => this.#beat())
  }
}
