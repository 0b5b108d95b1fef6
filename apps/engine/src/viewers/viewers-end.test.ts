import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { openSrtCaller, type SrtConnection } from '@sluice/protocols/srt'
import { type ControlStub, directoryEntry, hashKey, makeChannelSpec } from '@sluice/testkit/engine-link'
import { controlOf, type EngineUnderTest, makeRunDir, startTestEngine, until } from '../testing/engine-under-test.ts'
import { playFrom, publishTo } from '../testing/publish.ts'

const key = 'abcdefgh-23456789-mnpqrstu-vwxyz234'
const token = 'play-cbcdefgh-23456789-mnpqrstu-vwxyz234'
const newToken = 'play-dbcdefgh-23456789-mnpqrstu-vwxyz234'
const show = makeChannelSpec({ channelId: 'show', key, playTokenHashes: [hashKey(token)] })

type Pair = { readonly owner: EngineUnderTest; readonly other: EngineUnderTest; readonly control: ControlStub }

/** Two engines of one machine: the channel lives on `owner`, and viewers come to both. */
async function startPair(t: TestContext): Promise<Pair> {
  const runDir = makeRunDir(t)
  const owner = await startTestEngine(t, { engineId: 'owner', runDir })
  const other = await startTestEngine(t, { engineId: 'other', runDir })
  const engines = [owner, other].map(({ relayPath }, i) => ({ engineId: ['owner', 'other'][i]!, relayPath }))
  const control = await controlOf(t, owner)
  control.carry(show, { engines })
  const controlOfOther = await controlOf(t, other)
  controlOfOther.send({ type: 'directory', directory: { engines, channels: [directoryEntry(show, 'owner')] } })
  await until(() => control.actual('show') !== undefined && other.engine.directory.play(hashKey(token)) !== undefined)
  return { owner, other, control }
}

type Viewer = { readonly name: string; readonly hasMedia: () => boolean; readonly isOver: () => boolean }

function srtReader(t: TestContext, name: string, { ports }: EngineUnderTest, streamId: string): Viewer {
  let bytes = 0
  let isOver = false
  const caller = openSrtCaller({
    host: '127.0.0.1',
    port: ports.srt ?? 0,
    streamId,
    mode: 'receive',
    clock: systemClock,
    log: silentLogger,
    handler: {
      onReady(connection: SrtConnection) {
        connection.onPayload = (payload) => {
          bytes += payload.length
        }
        connection.onClose = () => {
          isOver = true
        }
      },
      onClose: () => {
        isOver = true
      },
    },
  })
  t.after(() => caller.abort())
  return { name, hasMedia: () => bytes > 50_000, isOver: () => isOver }
}

function rtmpPlayer(t: TestContext, name: string, { ports }: EngineUnderTest, streamName: string): Viewer {
  let isOver = false
  const player = playFrom(t, ports.rtmp, streamName)
  void player.ended.then(() => {
    isOver = true
  })
  return { name, hasMedia: () => player.counts.video > 30, isOver: () => isOver }
}

/** One viewer for each protocol and way: at the owner and through the other engine, each by the play token and by the stream key. */
function viewersOf(t: TestContext, { owner, other }: Pair): { byToken: Viewer[]; byKey: Viewer[] } {
  const by = (name: string): Viewer[] => [
    rtmpPlayer(t, `RTMP at the owner with ${name}`, owner, name),
    rtmpPlayer(t, `RTMP at the other engine with ${name}`, other, name),
    srtReader(t, `SRT at the owner with ${name}`, owner, `read:${name}`),
    srtReader(t, `SRT at the other engine with ${name}`, other, `read:${name}`),
  ]
  return { byToken: by(token), byKey: by(key) }
}

const namesOf = (viewers: readonly Viewer[]): string[] => viewers.map(({ name }) => name)

async function playAll(t: TestContext): Promise<Pair & { byToken: Viewer[]; byKey: Viewer[]; send: (ms: number) => void }> {
  const pair = await startPair(t)
  const { send } = await publishTo(t, pair.owner.ports.rtmp, key)
  const { byToken, byKey } = viewersOf(t, pair)
  await until(() => {
    send(40)
    return [...byToken, ...byKey].every((viewer) => viewer.hasMedia())
  })
  return { ...pair, byToken, byKey, send }
}

test('a channel that is removed ends its viewers of every protocol, at its own engine and at others', async (t) => {
  const { control, byToken, byKey } = await playAll(t)
  control.send({ type: 'sync', channelIds: [] })
  await until(() => [...byToken, ...byKey].every((viewer) => viewer.isOver()))
})

test('a play token that is replaced ends the viewers that came by it, and those alone', async (t) => {
  const { control, byToken, byKey, send } = await playAll(t)
  control.carry({ ...show, revision: 2, playTokenHashes: [hashKey(newToken)] })
  await until(() => {
    send(40)
    return byToken.every((viewer) => viewer.isOver())
  })
  assert.deepEqual(namesOf(byKey.filter((viewer) => viewer.isOver())), [])
})

test('an engine that ends says good-bye to its viewers', async (t) => {
  const { owner, byToken, byKey } = await playAll(t)
  owner.stop('restart')
  await until(() => [...byToken, ...byKey].every((viewer) => viewer.isOver()))
})
