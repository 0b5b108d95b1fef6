import { silentLogger } from '@sluice/base/log'
import type { InputRole } from '@sluice/base/words'
import type { Frame } from '@sluice/codecs/frame'
import type { ChannelSpec, EventDraft, OutputSpec, SourceLock } from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeTransport } from '@sluice/testkit/output'
import type { InputPort, SessionFacts } from '../../inputs/index.ts'
import type { LadderParts } from '../../ladder/index.ts'
import { openChannel } from '../../open-channel.ts'
import type { RecorderParts } from '../../recorder/index.ts'
import { keepTold } from './told-events.ts'

const facts: SessionFacts = { protocol: 'rtmp', remoteAddress: '192.0.2.7', encoder: 'OBS 30' }
export const toOutput = (outputId: string, given: Partial<OutputSpec> = {}): OutputSpec =>
  makeOutputSpec({ outputId, url: 'rtmp://there/app', ...given })

type Given = Partial<ChannelSpec> & { readonly moreKeys?: readonly string[] }

type StageOptions = {
  /** Between two looks at the publishers; 40 where absent. */
  readonly stepMs?: number
  /** What publishers send from its beginning on. Absent: 25 frames a second on the time of the stage, out of `tracks`. */
  readonly media?: readonly Frame[]
  /** Figures are read each second, as the engine does: backups are compared with them. Otherwise the test reads them. */
  readonly readsStats?: boolean
  /** Sessions that Sluice closes go on until they end themselves. */
  readonly endsLate?: boolean
  /** The child that encodes rungs. Absent: none can. */
  readonly openLadder?: LadderParts['openLadder']
  /** Who writes recordings. Absent: the real thread, where something is recorded. */
  readonly writers?: RecorderParts['writers']
}

type Feed = { readonly port: InputPort; readonly sinceMs: number; next: number; readonly frames: readonly Frame[] | null }

/** A channel with publishers whose media comes as long as `run` is called. */
export function makeStage(
  { moreKeys, ...given }: Given = {},
  { stepMs = 40, media, readsStats = false, endsLate = false, openLadder, writers }: StageOptions = {},
) {
  const clock = new FakeClock()
  const { open, dials } = fakeTransport(clock)
  const events: EventDraft[] = []
  const keys = { key: 'k1', backupKey: 'k2', ...(moreKeys === undefined ? {} : { moreKeys: [...moreKeys] }) }
  let spec = makeChannelSpec({ channelId: 'show', ...keys, ...given })
  const born = spec.inputs
  let actuals = 0
  const { channel, playback, players } = openChannel(spec, {
    clock,
    log: silentLogger,
    random: () => 1,
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
    openTransport: open,
    ...(openLadder === undefined ? {} : { openLadder }),
    ...(writers === undefined ? {} : { writers }),
    onEvent: keepTold(events),
    onActual: () => actuals++,
  })
  const tracks = { video: makeVideoTrack(), audio: makeAudioTrack() }
  /** By input id: a role may go to another input. */
  const feeds = new Map<string, Feed>()
  let frame = 0

  const idOf = (role: InputRole): string => born.find((one) => one.role === role)!.inputId
  /** Publishes to the input that had `role` at the start. */
  const publish = (role: InputRole = 'primary', frames: readonly Frame[] | null = media ?? null) => {
    const id = idOf(role)
    const input = channel.inputByKey(spec.inputs.find(({ inputId }) => inputId === id)!.keyHash)!
    const closedBy: string[] = []
    const end = (problem: string | null = null): void => {
      feeds.delete(id)
      port.close(problem)
    }
    const port = input.open({
      facts,
      close(message) {
        closedBy.push(message)
        if (!endsLate) end(`Sluice ended the session: ${message}`)
      },
    })
    feeds.set(id, { port, sinceMs: clock.nowMs(), next: 0, frames })
    return { input, port, closedBy, end }
  }

  const feedSteady = (port: InputPort): void => {
    if (frame === 0 || !channel.programme.input('primary').tracks.includes(tracks.video)) port.putTrack(tracks.video)
    port.putFrame(makeFrame(tracks.video, frame * stepMs, { isKey: frame % (1000 / stepMs) === 0 }))
    port.putFrame(makeFrame(tracks.audio, frame * stepMs))
  }
  const feedDue = (feed: Feed, frames: readonly Frame[]): void => {
    for (; frames[feed.next]!.dts / 90 < clock.nowMs() - feed.sinceMs; feed.next++) feed.port.putFrame(frames[feed.next]!)
  }
  const run = (ms: number): void => {
    for (let sent = 0; sent < ms; sent += stepMs) {
      clock.advance(stepMs)
      for (const feed of feeds.values()) {
        if (feed.frames === null) feedSteady(feed.port)
        else feedDue(feed, feed.frames)
        feed.port.flush()
      }
      if (readsStats && clock.nowMs() % 1000 === 0) channel.stats(clock.nowMs())
      frame++
    }
  }

  const setSpec = (change: Partial<ChannelSpec>): void => {
    spec = { ...spec, revision: spec.revision + 1, ...change }
    channel.setSpec(spec)
  }
  const setInputs = (inputs: ChannelSpec['inputs'], lock: SourceLock): void => setSpec({ inputs, source: { ...spec.source, lock } })
  const named = <Name extends EventDraft['name']>(name: Name) =>
    events.filter((event): event is Extract<EventDraft, { name: Name }> => event.name === name)
  return {
    clock,
    channel,
    playback,
    players,
    dials,
    events,
    tracks,
    publish,
    run,
    setSpec,
    /** The far end of the output that dialled last says yes. */
    accept: (): void => void dials.at(-1)!.accept(),
    /** Nothing comes any more, and the session stays. */
    silence: (role: InputRole): void => void feeds.delete(idOf(role)),
    /** The publisher ends its session. */
    close(role: InputRole): void {
      const { port } = feeds.get(idOf(role))!
      feeds.delete(idOf(role))
      port.close(null)
    },
    /** Exchanges the roles of two inputs, as control would send it; a lock is sent with them. */
    swap(a: InputRole, b: InputRole, lock: SourceLock = 'auto'): void {
      const roleOf = (role: InputRole): InputRole => (role === a ? b : role === b ? a : role)
      setInputs(
        spec.inputs.map((input) => ({ ...input, role: roleOf(input.role) })),
        lock,
      )
    },
    remove(role: InputRole, lock: SourceLock = 'auto'): void {
      setInputs(
        spec.inputs.filter((input) => input.role !== role),
        lock,
      )
    },
    named,
    told: (): string[] => events.map(({ name, subjectId }) => (subjectId === null ? name : `${name} ${subjectId}`)),
    switches: (): string[] => named('source.switched').map(({ data }) => `${data.from} ${data.to} ${data.cause}`),
    input: (role: InputRole) => channel.actual().inputs.find((one) => one.role === role),
    output: (outputId: string) => channel.actual().outputs.find((one) => one.outputId === outputId),
    spec: () => spec,
    actuals: () => actuals,
  }
}
