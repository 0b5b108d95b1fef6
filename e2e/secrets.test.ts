// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { type Channel, type Output, paths } from '@sluice/contract/api'
import { openRtmpPublisher, type RtmpPublisherOptions } from '@sluice/protocols/rtmp'
import { openSrtCaller, parseSrtUrl } from '@sluice/protocols/srt'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { openSrtSink } from '@sluice/testkit/srt-sink'
import { publishNumbered } from './outputs/numbered-source.ts'
import { makeFolder } from './support/folder.ts'
import { startProgram } from './support/program.ts'
import { until } from './support/wait.ts'
import { freePorts } from './web/free-ports.ts'

const controlMain = fileURLToPath(new URL('../apps/control/src/main.ts', import.meta.url))

/** Words that must be found nowhere. Each stands where an operator, an encoder or a platform would put a secret. */
const canaries = {
  adminToken: 'canary-admin-token-77aa77aa77aa77aa',
  rejectedKey: 'canary-rejected-key-1b1b',
  keyInUrl: 'canary-key-in-url-2c2c',
  keyQuery: 'canary-key-query-3d3d',
  passphrase: 'canary-passphrase-4e4e',
  inputPassphrase: 'canary-input-phrase-5f5f',
  wrongStreamKey: 'canary-wrong-stream-key-6a6a',
  wrongStreamId: 'canary-wrong-stream-id-7b7b',
  wrongBearer: 'slk_canary-wrong-bearer-8c8c',
  userInfo: 'canary-user-info-9d9d',
  guestPath: 'canary-guest-path-0e0e',
}

test('a Sluice with everything going wrong tells no secret: in no log, answer, event, metric, page, argument or environment', async (t) => {
  // Before the folder goes: without its run folder control can't tell its engines to end.
  const stop = { run: async (): Promise<void> => {} }
  t.after(() => stop.run())
  const dataDir = makeFolder(t)
  const [http = 0, media = 0, rtmp = 0, rtmps = 0, srt = 0] = await freePorts(5)
  const ports = { http, 'media-http': media, rtmp, rtmps, srt }
  const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)])
  const sluice = startProgram(
    t,
    process.execPath,
    [controlMain, '--data-dir', dataDir, '--host', '127.0.0.1', '--allow-private-targets', '--log-level', 'debug', ...flags],
    { env: { ...process.env, SLUICE_ADMIN_TOKEN: canaries.adminToken } },
  )
  stop.run = async () => {
    sluice.signal('SIGTERM')
    await sluice.ended
  }
  await until('Sluice is ready', () => sluice.output().includes('Sluice is ready'), 40_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${sluice.output()}`)
  })
  const answers: string[] = []
  const ask = async (method: string, at: string, body?: unknown, token: string = canaries.adminToken): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${http}${at}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    answers.push(`${method} ${answer.status} ${JSON.stringify([...answer.headers])} ${text}`)
    return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }
  const owner = { name: 'Ann', email: 'ann@sluice.example', password: 'a long enough password', workspace: 'Main' }
  await ask('POST', paths.setup, owner)

  const refusing = await openRtmpSink({ behaviour: { type: 'reject-auth' } })
  const cutting = await openRtmpSink({ behaviour: { type: 'reset', afterMs: 300 } })
  const locked = await openSrtSink({ passphrase: 'the-right-passphrase' })
  t.after(() => Promise.all([refusing.close(), cutting.close(), locked.close()]))
  const channel = (await ask('POST', paths.channels, { name: 'Show' })) as Channel
  const streamKeys = channel.inputs.map(({ streamKey }) => streamKey!)
  answers.length = 0 // whoever makes a channel is told its stream keys, by design
  await ask('PATCH', paths.input(channel.inputs[1]!.id), { srt: { passphrase: canaries.inputPassphrase } })
  const create = paths.channelOutputs(channel.id)
  await ask('POST', create, { name: 'Refusing', url: refusing.url, streamKey: `${canaries.rejectedKey}?sign=${canaries.keyQuery}` })
  await ask('POST', create, { name: 'Cutting', url: `${cutting.url}/${canaries.keyInUrl}?token=${canaries.keyQuery}` })
  await ask('POST', create, { name: 'Locked', url: `${locked.url}?passphrase=${canaries.passphrase}&streamid=${canaries.keyInUrl}` })
  await ask('POST', create, { name: 'No TLS', url: refusing.url.replace('rtmp:', 'rtmps:'), streamKey: canaries.rejectedKey })
  await ask('POST', create, { name: 'Nowhere', url: 'rtmp://no-such-host.invalid/app', streamKey: canaries.rejectedKey })
  await ask('POST', create, { name: 'User', url: `rtmp://${canaries.userInfo}:${canaries.userInfo}@e.example/app`, streamKey: 'k-123456' })

  await publishNumbered(t, `rtmp://127.0.0.1:${rtmp}/live`, streamKeys[0]!, 2500)
  await publishNumbered(t, `rtmp://127.0.0.1:${rtmp}/live`, canaries.wrongStreamKey, 100).catch(() => {})
  const caller = openSrtCaller({
    host: '127.0.0.1',
    port: srt,
    streamId: canaries.wrongStreamId,
    passphrase: canaries.passphrase,
    mode: 'send',
    clock: systemClock,
    log: silentLogger,
    handler: { onReady() {}, onClose() {} },
  })
  t.after(() => caller.abort())
  const outputs = async (): Promise<Output[]> => ((await ask('GET', create)) as { items: Output[] }).items
  await until('each output has failed', async () => {
    const states = (await outputs()).map(({ actual }) => actual?.state ?? 'idle')
    return (
      states.length === 5 &&
      states.every((state) => ['failed', 'backoff', 'connecting', 'live'].includes(state)) &&
      cutting.connectionsTotal > 1
    )
  })
  await ask('POST', paths.channelPreflight(channel.id))
  await ask('POST', paths.preflight, { url: cutting.url, streamKey: `${canaries.rejectedKey} ` })
  for (const at of [
    paths.channels,
    paths.channel(channel.id),
    paths.destinations,
    paths.audit,
    paths.channelTimeline(channel.id),
    paths.channelStats(channel.id),
    paths.channelTriage(channel.id),
    '/metrics',
    '/readyz',
    '/openapi.json',
    '/watch/x',
    `/guest/${canaries.guestPath}`,
    `/api/v1/none/${canaries.guestPath}?key=${canaries.guestPath}`,
  ]) {
    await ask('GET', at)
  }
  await ask('GET', paths.channels, undefined, canaries.wrongBearer)

  const processes = processesOf(dataDir, sluice.pid)
  assert.ok(processes.engines >= 1, 'an engine was found among the processes')
  const logs = readdirSync(path.join(dataDir, 'log')).map((name) => readFileSync(path.join(dataDir, 'log', name), 'utf8'))
  const places = {
    'control log': sluice.output(),
    'engine log': logs.join('\n'),
    answers: answers.join('\n'),
    arguments: processes.args,
    "engines' environment": processes.environment,
  }
  assert.ok(places['engine log'].length > 200 && places.answers.length > 5000, 'there is something to search')
  for (const [place, text] of Object.entries(places)) {
    for (const [name, canary] of Object.entries(canaries))
      assert.ok(!text.includes(canary), `${name} is in the ${place}: ${around(text, canary)}`)
    // A channel shows its keys to those who may see them.
    for (const key of place === 'answers' ? [] : streamKeys)
      assert.ok(!text.includes(key), `a stream key is in the ${place}: ${around(text, key)}`)
  }
})

const around = (text: string, word: string): string => text.slice(Math.max(0, text.indexOf(word) - 120), text.indexOf(word) + 40)

/** Arguments of this Sluice's processes, and what its engines have in their environment: that of control is the operator's own. */
function processesOf(dataDir: string, controlPid: number): { args: string; environment: string; engines: number } {
  const args: string[] = []
  const environments: string[] = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      if (Number(pid) === controlPid || line.includes(dataDir) || environment.includes(dataDir)) args.push(line)
      if (Number(pid) !== controlPid && environment.includes(dataDir)) environments.push(environment)
    } catch {
      // It ended meanwhile, or is somebody else's.
    }
  }
  return { args: args.join('\n'), environment: environments.join('\n'), engines: environments.length }
}

test('what is thrown or told for wrong settings repeats no secret: not in its message, its stack, its JSON or as Node prints it', async () => {
  const secret = 'canary-in-a-throw-3f3f'
  const base = { clock: systemClock, log: silentLogger }
  const handler = { onReady() {}, onClose() {} }
  const publish = (options: Pick<RtmpPublisherOptions, 'url' | 'streamKey'>): Promise<unknown> =>
    new Promise((resolve) => openRtmpPublisher({ ...base, ...options, handler: { onReady() {}, onClose: resolve } }))
  const srt = { ...base, host: '127.0.0.1', port: 9, mode: 'send' as const, handler }
  const thrown = (run: () => unknown): unknown => {
    try {
      run()
    } catch (error) {
      return error
    }
    return assert.fail('nothing was thrown')
  }
  const told: [what: string, value: unknown][] = [
    ['a key with a space', await publish({ url: 'rtmp://127.0.0.1/live', streamKey: `${secret} x` })],
    ['a password in a URL that is wrong', await publish({ url: `rtmp://user:${secret}@127.0.0.1:0/live`, streamKey: 'k' })],
    ['a scheme that is wrong', await publish({ url: `http://user:${secret}@127.0.0.1/live?k=${secret}`, streamKey: 'k' })],
    ['a passphrase that is too long', thrown(() => openSrtCaller({ ...srt, passphrase: secret.repeat(4) }))],
    ['a stream id that is too long', thrown(() => openSrtCaller({ ...srt, streamId: secret.repeat(30) }))],
    ['an SRT URL with a wrong port', thrown(() => parseSrtUrl(`srt://h.example:x?passphrase=${secret}`))],
    ['an SRT URL with a wrong number', thrown(() => parseSrtUrl(`srt://h.example:9000?latency=x&passphrase=${secret}&streamid=${secret}`))],
    ['an SRT URL with user info', thrown(() => parseSrtUrl(`srt://u:${secret}@h.example:99999`))],
  ]
  for (const [what, value] of told) {
    const stack = value instanceof Error ? `${value.stack} ${value.cause}` : ''
    const text = `${JSON.stringify(value)} ${String(value)} ${inspect(value, { depth: 5, showHidden: true })} ${stack}`
    assert.ok(text.length > 20, what)
    assert.ok(!text.includes('canary'), `${what}: ${text}`)
  }
})
