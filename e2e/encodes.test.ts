// budget: 60 s, one show from the API to the sinks; lane: shared, it checks facts
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Channel, type ChannelPlan, type ChannelStats, type Output, type Page, paths, type Rung } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { flvOfMessages, openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { childrenOf, commandOf, descendantsOf } from './support/children.ts'
import { makeFolder } from './support/folder.ts'
import { runProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'
import { signUp } from './web/operator.ts'
import { type Publisher, publish } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'

const knownWithinMs = 30_000
type Sink = Awaited<ReturnType<typeof openRtmpSink>>

describe('what is encoded, from the API to the far end', { skip: missing('ffmpeg', 'ffprobe') }, () => {
  let sluice: Sluice
  let cookie: string
  let encoder: Publisher | null = null
  let channel: Channel
  let rung: Rung
  // bound: three
  const sinks: Sink[] = []
  const outputs: Output[] = []

  const api = async <T>(method: string, to: string, body?: unknown): Promise<T> => {
    const headers = { origin: sluice.url, cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const answer = await fetch(sluice.url + to, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    assert.ok(answer.ok, `${method} ${to}: ${answer.status} ${await answer.clone().text()}`)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }
  const addOutput = async (name: string, wished: string): Promise<void> => {
    const sink = await openRtmpSink()
    sinks.push(sink)
    const body = { name, url: sink.url, streamKey: 'k', rung: wished, class: 'A' }
    outputs.push(await api<Output>('POST', paths.channelOutputs(channel.id), body))
  }
  const areLive = async (): Promise<boolean> => {
    const states = await Promise.all(outputs.map(({ id }) => api<Output>('GET', paths.output(id))))
    return states.every(({ actual }) => actual?.state === 'live')
  }
  /** Width, height and frame rate of what a sink got last, by ffprobe. */
  const probe = async (t: Parameters<typeof makeFolder>[0], sink: Sink): Promise<string> => {
    const file = path.join(makeFolder(t), 'got.flv')
    writeFileSync(file, flvOfMessages(sink.sessions.at(-1)!.messages))
    const show = ['-select_streams', 'v:0', '-show_entries', 'stream=width,height,r_frame_rate', '-of', 'csv=p=0']
    return (await runProgram(t, 'ffprobe', ['-v', 'error', ...show, file])).trim()
  }

  before(async () => {
    sluice = await startSluice()
    cookie = await signUp(sluice)
    channel = await api<Channel>('POST', paths.channels, { name: 'Evening show' })
  })
  after(async () => {
    await encoder?.stop()
    await sluice?.stop()
    for (const sink of sinks) await sink.close()
  })

  test('an output on the source and one on a rung get what they were promised, and the plan says so [TRN-01]', async (t) => {
    const video = { codec: 'h264', height: 180, fps: 15, bitrateKbps: 300, gopMs: 2000 }
    rung = await api<Rung>('POST', paths.channelRungs(channel.id), { name: 'Small', video, audio: { codec: 'aac', bitrateKbps: 64 } })
    await addOutput('Whole', 'source')
    await addOutput('Small one', rung.id)
    const { streamKey } = channel.inputs.find(({ role }) => role === 'primary')!
    encoder = publish(`${sluice.rtmpUrl}/${streamKey}`, '640x360')
    await until('both are live', areLive, knownWithinMs)
    await until('three seconds came', () => sinks.every(({ sessions }) => (sessions.at(-1)?.messages.length ?? 0) > 150), knownWithinMs)
    assert.deepEqual(await Promise.all(sinks.map((sink) => probe(t, sink))), ['640,360,30/1', '320,180,15/1'])

    const plan = await api<ChannelPlan>('GET', paths.channelPlan(channel.id))
    assert.equal(plan.fits, true)
    assert.deepEqual(
      plan.rungs.map(({ rungId, outputs: to }) => [rungId, to]),
      [[rung.id, [outputs[1]!.id]]],
    )
    await until(
      'the rung has figures',
      async () => {
        const { rungs = [] } = await api<ChannelStats>('GET', paths.channelStats(channel.id))
        return rungs.some(({ rungId, fps, latencyMs }) => rungId === rung.id && fps > 10 && latencyMs !== null)
      },
      knownWithinMs,
    )
  })

  test('a rung that an output takes can not be deleted, one more output of it adds no encode [TRN-04]', async () => {
    const headers = { origin: sluice.url, cookie }
    const answer = await fetch(sluice.url + paths.rung(rung.id), { method: 'DELETE', headers })
    assert.equal(answer.status, 409)
    assert.match(await answer.text(), /Small one/)
    await addOutput('Small two', rung.id)
    await until('all are live', areLive, knownWithinMs)
    const plan = await api<ChannelPlan>('GET', paths.channelPlan(channel.id))
    assert.deepEqual(
      plan.rungs.map(({ rungId, outputs: to }) => [rungId, to.toSorted()]),
      [[rung.id, [outputs[1]!.id, outputs[2]!.id].toSorted()]],
    )
  })

  test('an output changes over to the source live, on the connection that it has', async () => {
    const { id } = outputs[2]!
    await api('PATCH', paths.output(id), { rung: 'source' })
    await until(
      'pictures of the source come',
      () => {
        const { messages } = sinks[2]!.sessions[0]!
        return messages.filter(({ kind, body }) => kind === 'video' && body[1] === 0).length >= 2
      },
      knownWithinMs,
    )
    assert.equal(sinks[2]!.sessions.length, 1)
    assert.equal(sinks[2]!.sessions[0]!.ended, null)
    await until('it is live', areLive, knownWithinMs)
  })

  test('an encoder that dies again and again: its output goes to the source on the connection that it has, and says why [TRN-08]', async (t) => {
    const { id } = outputs[1]!
    const wayOf = async () =>
      (await api<ChannelPlan>('GET', paths.channelPlan(channel.id))).outputs.find(({ outputId }) => outputId === id)!
    let killed = 0
    const kill = (): void => {
      for (const pid of descendantsOf(process.pid).filter(
        (one) => commandOf(one).includes('ladder-main') && childrenOf(one).length === 0,
      )) {
        process.kill(pid, 'SIGKILL')
        killed++
      }
    }
    assert.equal((await wayOf()).rung, rung.id)
    await until(
      'its output is on the source',
      async () => {
        kill()
        return (await wayOf()).rung === 'source'
      },
      knownWithinMs,
    )
    t.diagnostic(`moved after ${killed} deaths`)
    const { warning } = await wayOf()
    assert.match(warning ?? '', /keeps failing: the source passes through instead/)
    const { messages } = sinks[1]!.sessions[0]!
    const configs = (): number => messages.filter(({ kind, body }) => kind === 'video' && body[1] === 0).length
    await until('pictures of the source come', () => configs() >= 2, knownWithinMs)
    assert.equal(sinks[1]!.sessions.length, 1)
    assert.equal(sinks[1]!.sessions[0]!.ended, null)
    await until('the timeline says so', async () => {
      const { items } = await api<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id))
      const isMove = ({ name, data }: StoredEvent): boolean => name === 'plan.changed' && (data as { code: string }).code === 'rung-failed'
      return items.some(isMove) && items.some(({ name }) => name === 'rung.failed')
    })
    await until('it is live', areLive, knownWithinMs)
  })
})
