// budget: 100 s, 40 kills, one after the other
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Channel, paths } from '@sluice/contract/api'
import { assertUntouched, untilAllWell } from './shows/all-well.ts'
import { type FullSluice, isAlive, startFullSluice } from './shows/full-sluice.ts'
import { type NumberedShow, openNumberedShow } from './shows/numbered-show.ts'
import { sleep, until } from './support/wait.ts'

// Engines and control die by SIGKILL, 20 times each, and one engine is stopped. SLUICE_FAULT_KILLS changes how often.

const kills = Number(process.env['SLUICE_FAULT_KILLS'] ?? 20)
/** Each victim lives 5 s and longer between its deaths when they die by turns: an engine that dies sooner is started later on purpose. */
const victims = 4
const eachMs = 1500
/** On a quiet machine it is under 3 s; this one may be doing anything. */
const maxBackMs = 20_000

const within = (ms: readonly number[], share: number): number => ms.toSorted((a, b) => a - b)[Math.ceil(ms.length * share) - 1] ?? 0

const channelOf = (sluice: FullSluice, { channel }: NumberedShow): Promise<Channel> => sluice.api('GET', paths.channel(channel.id))

test('engines and control are killed 20 times each, and an engine is stopped: what is on another engine loses no frame, and all come back', async (t) => {
  const sluice = await startFullSluice(t, { engines: victims + 1, isSupervised: false })
  const shows: NumberedShow[] = []
  for (let i = 0; i <= victims; i++)
    shows.push(await openNumberedShow(t, sluice, { name: `Show ${i}`, outputs: ['rtmp'], comesBack: i > 0, entersDirectly: i === 0 }))
  const [spared, ...struck] = shows as [NumberedShow, ...NumberedShow[]]
  const homes = await Promise.all(shows.map((show) => show.engineId()))
  assert.equal(new Set(homes).size, shows.length, 'each show has an engine of its own')
  const everybody = new Set<number>()

  await t.test('engines', async (t) => {
    const backMs: number[] = []
    for (let i = 0; i < kills; i++) {
      const show = struck[i % victims]!
      const home = homes[1 + (i % victims)]!
      const pid = (await sluice.enginePids()).get(home)!
      everybody.add(pid)
      const sessions = show.outputs[0]!.sessions()
      process.kill(pid, 'SIGKILL')
      const { received } = show.figures()[0]!
      backMs.push(
        await until(
          `media is back after kill ${i + 1}`,
          () => show.outputs[0]!.sessions() > sessions && show.figures()[0]!.received > received,
          maxBackMs,
        ),
      )
      await until('the start is told', async () => (await sluice.enginePids()).get(home) !== pid)
      await until('its output is live', async () => (await show.states())[0] === 'live')
      await sleep(Math.max(0, eachMs - backMs.at(-1)!))
    }
    t.diagnostic(
      `media is back after p50 ${Math.round(within(backMs, 0.5))}, p95 ${Math.round(within(backMs, 0.95))} ms: ${backMs.map(Math.round).join(', ')}`,
    )
    await untilAllWell(sluice, shows)
    await assertUntouched(spared)
    assert.deepEqual(await Promise.all(shows.map((show) => show.engineId())), homes, 'no channel has moved')
  })

  await t.test('control', async (t) => {
    const engines = await sluice.enginePids()
    const losses = shows.map((show) => show.sourceLosses())
    const readyMs: number[] = []
    for (let i = 0; i < kills; i++) {
      const pid = sluice.controlPid()!
      everybody.add(pid)
      const before = shows.map((show) => show.figures()[0]!.received)
      process.kill(pid, 'SIGKILL')
      await until('it is gone', () => !isAlive(pid))
      const startMs = performance.now()
      await sluice.startAgain()
      await until('it is ready', async () => (await sluice.ready()) === 200)
      readyMs.push(performance.now() - startMs)
      assert.ok(
        shows.every((show, at) => show.figures()[0]!.received > before[at]!),
        'media goes on while control is away',
      )
    }
    t.diagnostic(`ready after p95 ${Math.round(within(readyMs, 0.95))} ms`)
    await untilAllWell(sluice, shows)
    assert.deepEqual(await sluice.enginePids(), engines, 'the engines are taken over')
    assert.deepEqual(
      shows.map((show) => show.sourceLosses()),
      losses,
      'no source was cut off',
    )
    await assertUntouched(spared)
  })

  await t.test('an engine is stopped', async (t) => {
    const [show] = struck as [NumberedShow]
    const pid = (await sluice.enginePids()).get(homes[1]!)!
    everybody.add(pid)
    process.kill(pid, 'SIGSTOP')
    const told = await until('it is said to be silent', async () => (await channelOf(sluice, show)).engine?.state === 'silent')
    assert.equal(await sluice.ready(), 503)
    assert.equal((await channelOf(sluice, show)).outputs.live, 0, 'nothing of it is shown as live')
    const back = await until('it is started anew', async () => (await sluice.enginePids()).get(homes[1]!) !== pid)
    await untilAllWell(sluice, shows)
    t.diagnostic(`silent after ${Math.round(told)} ms, started anew ${Math.round(back)} ms later`)
    await assertUntouched(spared)
  })

  await t.test('nothing is left running', async () => {
    for (const pid of [sluice.controlPid()!, ...(await sluice.enginePids()).values()]) everybody.add(pid)
    for (const show of shows) show.stopSource()
    await sluice.stop()
    assert.deepEqual([...everybody].filter(isAlive), [])
  })
})
