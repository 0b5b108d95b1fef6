import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { type Output, paths } from '@sluice/contract/api'
import { assertUntouched, untilAllWell } from './shows/all-well.ts'
import { startFullSluice } from './shows/full-sluice.ts'
import { openNumberedShow } from './shows/numbered-show.ts'
import { sampleProcess } from './soak/process-samples.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

// Idle connections on every port and event clients that never read, at a whole Sluice whose processes may open 256 files each.

const descriptors = 256
const idleEach = 400
const streams = 20
const changes = 150
const heldMs = 4000

const leave = (sockets: readonly Socket[]): void => {
  for (const socket of sockets) socket.destroy()
}

test('strangers hold every port and read nothing: shows lose no frame, operators get through, and all is given back', {
  skip: missing('prlimit'),
}, async (t) => {
  const sluice = await startFullSluice(t, { prefix: ['prlimit', `--nofile=${descriptors}`, '--'] })
  const shows = [
    await openNumberedShow(t, sluice, { name: 'One', outputs: ['rtmp', 'srt'] }),
    await openNumberedShow(t, sluice, { name: 'Two', outputs: ['rtmp'] }),
  ]
  const pids = [sluice.controlPid()!, ...(await sluice.enginePids()).values()]
  const used = (): number[] => pids.map((pid) => sampleProcess(pid, 0)?.descriptors ?? Number.NaN)
  const before = used()
  const memory = (): number[] => pids.map((pid) => sampleProcess(pid, 0)?.rssBytes ?? Number.NaN)
  const open = (port: number, text?: string): Socket => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    t.after(() => socket.destroy())
    if (text !== undefined) socket.pause().write(text)
    return socket
  }
  const isLevel = (): boolean => used().every((count, i) => count <= before[i]! + 10)

  await t.test(`${idleEach} idle connections on each port`, async () => {
    const { http, mediaHttp, rtmp, rtmps } = sluice.ports
    const idle = [http, mediaHttp, rtmp, rtmps].flatMap((port) => Array.from({ length: idleEach }, () => open(port)))
    await sleep(heldMs)
    assert.ok(
      used().every((count) => count < descriptors),
      `${used()} of ${descriptors} descriptors`,
    )
    leave(idle)
    await untilAllWell(sluice, shows)
    await until('what they held is given back', isLevel)
    await assertUntouched(...shows)
  })

  await t.test(`${streams} event streams that are never read`, async () => {
    const head = [`GET ${paths.events} HTTP/1.1`, `Host: 127.0.0.1:${sluice.ports.http}`, `Authorization: Bearer ${sluice.token}`, '', '']
    const deaf = Array.from({ length: streams }, () => open(sluice.ports.http, head.join('\r\n')))
    await sleep(500)
    const rss = memory()
    const { id } = shows[0]!.channel
    for (let i = 0; i < changes; i++) {
      await sluice.api('PATCH', paths.channel(id), { name: `One ${'x'.repeat(100)} ${i}`.slice(0, 60) })
    }
    const output = await sluice.api<Output>('GET', paths.output(shows[0]!.outputs[0]!.id))
    assert.equal(output.actual?.state, 'live', 'the operator is answered meanwhile')
    const grown = memory().map((bytes, i) => Math.round((bytes - rss[i]!) / 1e6))
    assert.ok(Math.max(...grown) < 150, `memory grew by ${grown} MB`)
    leave(deaf)
    await untilAllWell(sluice, shows)
    await until('what they held is given back', isLevel)
    await assertUntouched(...shows)
  })

  assert.deepEqual([sluice.controlPid(), ...(await sluice.enginePids()).values()], pids, 'nothing was started anew')
})
