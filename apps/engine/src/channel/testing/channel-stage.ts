import { silentLogger } from '@sluice/base/log'
import type { ChannelSpec, EventDraft, OutputSpec } from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeTransport } from '@sluice/testkit/output'
import type { InputPort, SessionFacts } from '../../inputs/index.ts'
import { openChannel } from '../../open-channel.ts'
import { keepTold } from './told-events.ts'

const facts: SessionFacts = { protocol: 'rtmp', remoteAddress: '192.0.2.7', encoder: 'OBS 30' }
export const toOutput = (outputId: string, given: Partial<OutputSpec> = {}): OutputSpec =>
  makeOutputSpec({ outputId, url: 'rtmp://there/app', ...given })

/** A channel with a publisher whose media comes as long as `run` is called. */
export function makeStage(given: Partial<ChannelSpec> = {}) {
  const clock = new FakeClock()
  const { open, dials } = fakeTransport(clock)
  const events: EventDraft[] = []
  let spec = makeChannelSpec({ channelId: 'show', key: 'k1', backupKey: 'k2', ...given })
  let actuals = 0
  const { channel, playback, players } = openChannel(spec, {
    clock,
    log: silentLogger,
    random: () => 1,
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
    openTransport: open,
    onEvent: keepTold(events),
    onActual: () => actuals++,
  })
  const tracks = { video: makeVideoTrack(), audio: makeAudioTrack() }
  const ports = new Map<string, { port: InputPort; closedBy: string[] }>()
  let frame = 0
  const publish = (role: 'primary' | 'backup' = 'primary') => {
    const input = channel.inputByKey(spec.inputs.find((one) => one.role === role)!.keyHash)!
    const closedBy: string[] = []
    const port = input.open({
      facts,
      close(message) {
        closedBy.push(message)
        ports.delete(role)
        port.close(`Sluice ended the session: ${message}`)
      },
    })
    ports.set(role, { port, closedBy })
    return {
      input,
      closedBy,
      end(problem: string | null = null): void {
        ports.delete(role)
        port.close(problem)
      },
    }
  }
  const run = (ms: number): void => {
    for (let sent = 0; sent < ms; sent += 40) {
      clock.advance(40)
      for (const { port } of ports.values()) {
        if (frame === 0 || !channel.programme.input('primary').tracks.includes(tracks.video)) port.putTrack(tracks.video)
        port.putFrame(makeFrame(tracks.video, frame * 40, { isKey: frame % 25 === 0 }))
        port.putFrame(makeFrame(tracks.audio, frame * 40))
        port.flush()
      }
      frame++
    }
  }
  const setSpec = (change: Partial<ChannelSpec>): void => {
    spec = { ...spec, revision: spec.revision + 1, ...change }
    channel.setSpec(spec)
  }
  const told = (): string[] => events.map(({ name, subjectId }) => (subjectId === null ? name : `${name} ${subjectId}`))
  const output = (outputId: string) => channel.actual().outputs.find((one) => one.outputId === outputId)
  return {
    clock,
    channel,
    playback,
    players,
    dials,
    events,
    told,
    publish,
    run,
    setSpec,
    output,
    tracks,
    spec: () => spec,
    actuals: () => actuals,
  }
}
