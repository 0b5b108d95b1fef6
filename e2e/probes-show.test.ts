// budget: 110 s: a show goes through switches, deaths and a broken proxy one after the other, and each has to settle
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Channel, type ChannelProbes, type Output, type Page, paths, type Triage } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { startBreakingProxy } from './probes/breaking-proxy.ts'
import { isAlive, startFullSluice } from './shows/full-sluice.ts'
import { childrenOf, commandOf } from './support/children.ts'
import { makeClip } from './support/clip.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

/** Switches follow each other as fast as a source may be taken. */
const switches = 10
const patienceMs = 45_000

test('switches, a dead engine and a dead control are no fault to a prober; a broken proxy and a dead prober are told [PRB-01] [PRB-02] [OBS-05]', {
  skip: missing('ffmpeg'),
}, async (t) => {
  let media = ''
  const proxy = await startBreakingProxy(t, () => media, {
    instead: (file) => (file.endsWith('.m3u8') ? { status: 500, body: Buffer.from('oops') } : null),
  })
  const flags = ['--probes', 'on', '--probe-media-url', proxy.baseUrl, '--sandbox', 'none']
  const sluice = await startFullSluice(t, { flags, isSupervised: false })
  media = `http://127.0.0.1:${sluice.ports.mediaHttp}/`
  const clip = await makeClip(t, { seconds: 10, gopFrames: 50 })
  const [show, platform] = await Promise.all(['Show', 'Platform'].map((name) => sluice.api<Channel>('POST', paths.channels, { name })))
  const channel = show!
  const inputUrl = ({ inputs }: Channel, role: string): string => inputs.find((input) => input.role === role)!.urls!.rtmp
  // The far end of its output is a channel of the same Sluice, which has a playback address as platforms do.
  const output = await sluice.api<Output>('POST', paths.channelOutputs(channel.id), {
    ...{ name: 'Tube', url: inputUrl(platform!, 'primary'), probeUrl: `${media}${platform!.playback.playId}/plain.m3u8` },
  })
  const publish = (): void => {
    for (const role of ['primary', 'backup']) publishClip(t, clip, inputUrl(channel, role))
  }
  const probes = (): Promise<ChannelProbes> => sluice.api('GET', paths.channelProbes(channel.id))
  const untilOk = (what: string): Promise<number> =>
    until(what, async () => (await probes()).formats.every(({ state }) => state === 'ok'), patienceMs)
  const told = async (prefix: string): Promise<StoredEvent[]> => {
    const { items } = await sluice.api<Page<StoredEvent>>('GET', `${paths.eventLog}?limit=200`)
    return items.filter(({ name }) => name.startsWith(prefix)).toReversed()
  }
  const assertCalm = async (what: string): Promise<void> =>
    assert.deepEqual(
      (await told('probe.')).map(({ message }) => message),
      [],
      what,
    )
  publish()
  await untilOk('all forms play as they should')
  const found = await probes()
  const latencyMs = found.formats[0]?.latencyMs ?? 0
  t.diagnostic(`${latencyMs} ms behind live, prober at ${((found.prober.cpuShare ?? 0) * 100).toFixed(1)} % of a core`)
  assert.ok(latencyMs > 1000 && latencyMs < 5000, `${latencyMs} ms behind`)

  await t.test('ten switches are no fault', async () => {
    for (let i = 0; i < switches; i++) {
      await sluice.api('POST', paths.channelSource(channel.id), { lock: i % 2 === 0 ? 'backup' : 'primary' })
      await sleep(400)
    }
    await sluice.api('POST', paths.channelSource(channel.id), { lock: 'auto' })
    // As long as looks settle, and what stops players for good is said again.
    await sleep(14_000)
    await untilOk('it settles')
    await assertCalm('after the switches')
  })

  await t.test('the destination shows what the output sends', async () => {
    await until('it is seen', async () => (await probes()).outputs[0]?.seen === true, patienceMs)
    assert.equal((await probes()).outputs[0]?.outputId, output.id)
  })

  await t.test('an engine and a control that die are no fault', async () => {
    const [[, engine] = ['', 0]] = await sluice.enginePids()
    process.kill(engine, 'SIGKILL')
    await until('the engine is up again', async () => ![undefined, engine].includes([...(await sluice.enginePids()).values()][0]))
    publish()
    const control = sluice.controlPid()!
    process.kill(control, 'SIGKILL')
    await until('control is gone', () => !isAlive(control))
    await sluice.startAgain()
    await untilOk('it is looked at again')
    await sleep(5000)
    await untilOk('it still is as it should be')
    await assertCalm('after the deaths')
  })

  await t.test('a prober that dies is told and started again', async () => {
    const prober = childrenOf(sluice.controlPid()!).find((pid) => commandOf(pid).includes('prober'))!
    process.kill(prober, 'SIGKILL')
    await until('its end is told', async () => (await told('prober.')).some(({ name }) => name === 'prober.lost'))
    await until('its return is told', async () => (await told('prober.')).some(({ name }) => name === 'prober.restored'), patienceMs)
    assert.equal(isAlive(prober), false)
    await untilOk('it looks again')
    await assertCalm('a dead prober is nothing of the channel')
  })

  await t.test('what viewers cannot play is an incident within seconds, and its end is told', async () => {
    proxy.begin()
    const afterMs = await until('it is found', async () => (await probes()).formats.some(({ state }) => state === 'faulty'), patienceMs)
    t.diagnostic(`found after ${Math.round(afterMs)} ms`)
    await until('it is told', async () => (await told('probe.failed')).length > 0)
    const events = await told('probe.failed')
    assert.match(events.map(({ message }) => message).join('\n'), /^Seen from outside, .*HLS answers with HTTP 500: viewers see nothing\./m)
    await until('triage says so', async () => {
      const { problems } = await sluice.api<Triage>('GET', paths.channelTriage(channel.id))
      return problems.some(({ code, title }) => code === 'playback' && title.startsWith('Seen from outside'))
    })
    proxy.end()
    await untilOk('it is found to be over')
    await until('its end is told', async () => (await told('probe.recovered')).length > 0)
    const { success, lastFault } = (await probes()).formats[0]!
    assert.equal(lastFault?.code, 'error-answer')
    assert.ok(success.share !== null && success.share > 0 && success.share < 1, `${success.share}`)
  })
})
