import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { openRtmpPublisher } from '@sluice/protocols/rtmp'
import { openSrtCaller, type SrtConnection } from '@sluice/protocols/srt'
import { type ControlStub, directoryEntry, hashKey, makeChannelSpec } from '@sluice/testkit/engine-link'
import { controlOf, type EngineUnderTest, makeRunDir, startTestEngine, until } from '../testing/engine-under-test.ts'
import { playFrom, publishTo } from '../testing/publish.ts'

const key = 'abcdefgh-23456789-mnpqrstu-vwxyz234'
const backupKey = 'bbcdefgh-23456789-mnpqrstu-vwxyz234'
const token = 'play-cbcdefgh-23456789-mnpqrstu-vwxyz234'
const passphrase = 'a-secret-of-this-input'

const show = makeChannelSpec({ channelId: 'show', key, backupKey, playTokenHashes: [hashKey(token)] })

async function start(t: TestContext, spec = show): Promise<{ engine: EngineUnderTest; control: ControlStub }> {
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  control.carry(spec)
  await until(() => control.actual('show') !== undefined && engine.engine.directory.play(hashKey(token)) !== undefined)
  return { engine, control }
}

const primaryOf = (control: ControlStub) => control.actual('show')!.inputs[0]!
const refusalsOf = (control: ControlStub) => control.events.filter(({ name }) => name === 'input.refused')

/** Calls with a stream id: the connection, or why it was refused. */
function call(
  t: TestContext,
  port: number,
  streamId: string,
  options: { passphrase?: string; mode?: 'send' | 'receive' } = {},
): Promise<SrtConnection | Failure> {
  return new Promise((resolve) => {
    const caller = openSrtCaller({
      host: '127.0.0.1',
      port,
      streamId,
      mode: 'send',
      clock: systemClock,
      log: silentLogger,
      ...options,
      handler: { onReady: resolve, onClose: (failure) => failure !== null && resolve(failure) },
    })
    t.after(() => caller.abort())
  })
}

const srtOf = (engine: EngineUnderTest): number => engine.ports.srt ?? 0

const isIn = (answer: SrtConnection | Failure): answer is SrtConnection => !('kind' in answer)

test('RTMP: an encoder is found by its key in every form in which boxes send it', async (t) => {
  const { engine, control } = await start(t)
  const { rtmp } = engine.ports
  const forms: [url: string, streamKey: string][] = [
    [`rtmp://127.0.0.1:${rtmp}/live/0`, key],
    [`rtmp://127.0.0.1:${rtmp}/vod`, key],
    [`rtmp://127.0.0.1:${rtmp}/live/${key}`, ''],
    [`rtmp://127.0.0.1:${rtmp}/live/${key}`, key],
    [`rtmp://127.0.0.1:${rtmp}/live?key=${key}`, 'stream'],
    [`rtmp://127.0.0.1:${rtmp}/live`, `${key}?user=a&x=y`],
    [`rtmp://127.0.0.1:${rtmp}/live`, `channel/${key}/`],
    [`rtmp://127.0.0.1:${rtmp}/live`, `%20${key}`],
    [`rtmp://user:password@127.0.0.1:${rtmp}/live`, key],
  ]
  for (const [url, streamKey] of forms) {
    const failure = await new Promise<Failure | null>((resolve) => {
      const publisher = openRtmpPublisher({
        url,
        streamKey,
        clock: systemClock,
        log: silentLogger,
        handler: {
          onReady: () => {
            publisher.close()
            resolve(null)
          },
          onClose: (failure) => resolve(failure),
        },
      })
    })
    assert.equal(failure, null, `${url} ${streamKey}`.replaceAll(key, 'KEY'))
    await until(() => primaryOf(control).state === 'waiting')
  }
  assert.deepEqual(refusalsOf(control), [])
})

test('SRT: an encoder is found by its key in every form in which boxes send it', async (t) => {
  const { engine } = await start(t)
  const input = () => engine.engine.channel('show')!.inputByKey(hashKey(key))!
  for (const form of [
    'publish:live/K',
    '#!::h=127.0.0.1,r=live/K,m=publish',
    '#!::bmd_uuid=0e-7,r=K',
    'K ',
    '%23!::r=K,m=publish',
    '"K"',
    'publish:K:user:pass',
  ]) {
    const answer = await call(t, srtOf(engine), form.replace('K', key))
    assert.ok(isIn(answer), `${form}: ${JSON.stringify(answer)}`)
    answer.abort()
    input().end('the test goes on')
    await until(() => !input().isTaken)
  }
})

test('two different keys in one address are refused, and both inputs say so', async (t) => {
  const { engine, control } = await start(t)
  const answer = await call(t, srtOf(engine), `#!::r=${key},u=${backupKey},m=publish`)
  assert.ok(!isIn(answer) && answer.code === 'SRT_BAD_REQUEST')
  await assert.rejects(publishTo(t, engine.ports.rtmp, `${key}/${backupKey}`), /two different stream keys/)
  await until(() => refusalsOf(control).length >= 2)
  assert.deepEqual(new Set(refusalsOf(control).map(({ subjectId }) => subjectId)), new Set(['show-primary', 'show-backup']))
})

test('a refused encoder with a known key is told at its input, once for alike ones, without the key', async (t) => {
  const { engine, control } = await start(t, {
    ...show,
    inputs: show.inputs.map((one) => ({ ...one, srt: { passphrase, latencyMs: 120 } })),
  })
  const { rtmp } = engine.ports
  const srt = srtOf(engine)
  for (let i = 0; i < 5; i++) assert.ok(!isIn(await call(t, srt, `publish:${key}`)))
  assert.ok(!isIn(await call(t, srt, `publish:${key}`, { passphrase: 'another-secret-of-nobody' })))
  await until(() => refusalsOf(control).length === 2)
  assert.deepEqual(
    refusalsOf(control).map(({ message }) => message),
    [
      'Input primary refused an SRT publisher from 127.0.0.1: this input has a passphrase and the encoder has none',
      'Input primary refused an SRT publisher from 127.0.0.1: the encoder and this input have different passphrases',
    ],
  )
  await until(() => /different passphrases/.test(primaryOf(control).lastProblem ?? ''))
  // Who has no passphrase must not end a session by it.
  const good = await call(t, srt, `publish:${key}`, { passphrase })
  assert.ok(isIn(good))
  await assert.rejects(publishTo(t, rtmp, key), /already in use by another encoder/)
  await until(() => refusalsOf(control).length === 3)
  assert.doesNotMatch(JSON.stringify([control.events, control.actual('show')]), /abcdefgh|secret/)
})

test('an encoder that has the key for watching is told at the channel, and a caller with it and no mode watches', async (t) => {
  const { engine, control } = await start(t)
  await assert.rejects(publishTo(t, engine.ports.rtmp, token), /playback key/)
  const answer = await call(t, srtOf(engine), `publish:${token}`)
  assert.ok(!isIn(answer) && answer.code === 'SRT_BAD_MODE')
  await until(() => refusalsOf(control).length === 1)
  assert.match(refusalsOf(control)[0]!.message, /An encoder from 127\.0\.0\.1 was refused: it uses a playback key/)
  for (const form of [token, `read:${token}`, `live/${token}`, `%23!::r=${token},m=request`]) {
    assert.ok(isIn(await call(t, srtOf(engine), form, { mode: 'receive' })), form.replace(token, 'TOKEN'))
  }
  assert.equal(refusalsOf(control).length, 1)
})

test('an encoder whose stream id asks to watch is cut as it sends media, and told at the input or the channel', async (t) => {
  const { engine, control } = await start(t)
  const forms: [streamId: string, said: RegExp][] = [
    [
      `#!::r=live/${key},m=request`,
      /^Input primary refused an SRT publisher from 127\.0\.0\.1: its stream id asks to play, but it sends media/,
    ],
    [`play:${backupKey}`, /^Input backup refused .* asks to play/],
    [`read:${token}`, /An encoder from 127\.0\.0\.1 was refused: it uses a playback key/],
  ]
  for (const [i, [streamId, said]] of forms.entries()) {
    const answer = await call(t, srtOf(engine), streamId)
    assert.ok(isIn(answer))
    let isOver = false
    answer.onClose = () => {
      isOver = true
    }
    answer.send(new Uint8Array(1316).fill(0x47))
    await until(() => isOver && refusalsOf(control).length === i + 1)
    assert.match(refusalsOf(control)[i]!.message, said)
  }
})

test('SRT readers end with their channel', async (t) => {
  const { engine, control } = await start(t)
  const reader = await call(t, srtOf(engine), `read:${token}`, { mode: 'receive' })
  assert.ok(isIn(reader))
  let isOver = false
  reader.onClose = () => {
    isOver = true
  }
  control.send({ type: 'sync', channelIds: [] })
  await until(() => isOver)
})

test('a player is found by its token behind another application and path', async (t) => {
  const { engine } = await start(t)
  const { send } = await publishTo(t, engine.ports.rtmp, key)
  const player = playFrom(t, engine.ports.rtmp, `some/path/${token}?x=y`)
  await until(() => {
    send(40)
    return player.counts.video > 30
  })
})

test('an encoder that is refused by an engine that has not its channel is told at the channel all the same', async (t) => {
  const runDir = makeRunDir(t)
  const [owner, wrong] = [await startTestEngine(t, { engineId: 'owner', runDir }), await startTestEngine(t, { engineId: 'wrong', runDir })]
  const engines = [owner, wrong].map(({ relayPath }, i) => ({ engineId: ['owner', 'wrong'][i]!, relayPath }))
  const spec = { ...show, inputs: show.inputs.map((one) => ({ ...one, srt: { passphrase, latencyMs: 120 } })) }
  const control = await controlOf(t, owner)
  control.carry(spec, { engines })
  const other = await controlOf(t, wrong)
  other.send({ type: 'directory', directory: { engines, channels: [directoryEntry(spec, 'owner')] } })
  await until(() => control.actual('show') !== undefined && wrong.engine.directory.play(hashKey(token)) !== undefined)
  assert.ok(!isIn(await call(t, srtOf(wrong), `publish:live/${key}`)))
  assert.ok(!isIn(await call(t, srtOf(wrong), `publish:live/${key}`, { passphrase: 'another-secret-of-nobody' })))
  const asksToWatch = await call(t, srtOf(wrong), `read:${key}`)
  assert.ok(isIn(asksToWatch))
  asksToWatch.send(new Uint8Array(1316))
  await until(() => refusalsOf(control).length === 3)
  assert.match(refusalsOf(control)[2]!.message, /asks to play, but it sends media/)
  assert.match(
    refusalsOf(control)[0]!.message,
    /^Input primary refused an SRT publisher from 127\.0\.0\.1: this input has a passphrase and the encoder has none$/,
  )
  assert.match(refusalsOf(control)[1]!.message, /different passphrases/)
  await until(() => primaryOf(control).lastProblem !== null)
  // The odd form of the key is found here, and goes on as the key alone.
  const { send } = await publishTo(t, wrong.ports.rtmp, `0/${key}?x=y`)
  send(2000)
  await until(() => primaryOf(control).state === 'receiving')
})
