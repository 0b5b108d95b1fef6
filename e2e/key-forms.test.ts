// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { type Program, startProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'

const skip = missing('ffmpeg')

/** One key for each form, in the shape of Sluice's own. */
const keyOf = (index: number): string => `abcdefgh-23456789-mnpqrstu-vwxyz2${'23456789abcdefghijkmnp'[index]}${'23456789'[index % 8]}`

const srtForms = [
  ...[
    '#!::bmd_uuid=0e1d-77,bmd_name=wp-003,r=K,m=publish',
    '#!::h=127.0.0.1,r=live/K,m=publish',
    '#!::r=/K,m=publish',
    'live/K',
    'publish/K',
  ],
  ...['publish/live/K', 'publish:live/K', 'publish:K:user:pass', 'K ', 'publish: K', '%23!::r=K,m=publish', 'publish%3AK', '"K"'],
]
const rtmpForms = ['live/0/K', 'vod/K', 'live/a/b/K', 'live/K?user=x&pass=y', 'live/K/']

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

function send(t: TestContext, clip: string, to: string): Program {
  const format = to.startsWith('srt:') ? 'mpegts' : 'flv'
  return startProgram(t, 'ffmpeg', [
    '-hide_banner',
    '-loglevel',
    'error',
    '-re',
    '-stream_loop',
    '-1',
    '-i',
    clip,
    '-c',
    'copy',
    '-f',
    format,
    to,
  ])
}

test('ffmpeg is let in with the key in every form that boxes give it, and without any at a port of its own', { skip }, async (t) => {
  const engine = await startEngineProcess(t)
  const clip = await makeClip(t, { seconds: 4, videoKbps: 200 })
  const ownPort = await freeUdpPort()
  const all = [...srtForms.map((form) => `srt ${form}`), ...rtmpForms.map((form) => `rtmp ${form}`), 'own port']
  all.forEach((_, i) => {
    const spec = makeChannelSpec({ channelId: `c${i}`, key: keyOf(i) })
    const srt = { passphrase: null, latencyMs: 120, ...(i === all.length - 1 ? { port: ownPort } : {}) }
    engine.control.carry({ ...spec, inputs: spec.inputs.map((one) => ({ ...one, srt })) })
  })
  await until('the port is open', () => engine.control.actual(`c${all.length - 1}`)?.inputs[0]?.srtPort?.isOpen === true)
  const encoders = all.map((form, i) => {
    const [protocol, ...rest] = form.split(' ')
    const text = rest.join(' ').replace('K', keyOf(i))
    if (protocol === 'srt') return send(t, clip, `srt://127.0.0.1:${engine.ports.srt}?pkt_size=1316&streamid=${text}`)
    if (protocol === 'rtmp') return send(t, clip, `rtmp://127.0.0.1:${engine.ports.rtmp}/${text}`)
    return send(t, clip, `srt://127.0.0.1:${ownPort}?pkt_size=1316`)
  })
  await until(
    'all inputs receive',
    () => all.every((_, i) => engine.control.actual(`c${i}`)?.inputs[0]?.state === 'receiving'),
    20_000,
  ).catch(() => {
    const out = all.filter((_, i) => engine.control.actual(`c${i}`)?.inputs[0]?.state !== 'receiving')
    assert.fail(`not let in: ${out.join(' | ')}; ${encoders.map((one) => one.output()).join(' ')}`)
  })
  assert.deepEqual(
    engine.control.events.filter(({ name }) => name === 'input.refused').map(({ message }) => message),
    [],
  )
})
