import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConfigurationBehaviour, openConfigurationService } from '@sluice/testkit/enhanced-broadcasting'
import { askPlatform } from './ask-platform.ts'
import { publishPlace } from './publish-place.ts'

const question = { streamKey: 'live_secret', canvas: { width: 1920, height: 1080, fps: { num: 60, den: 1 } }, maxTracks: null }
const encoders = [{ width: 1280, height: 720, fps: [30, 1], kbps: 3000 } as const]

async function ask(t: { after(end: () => Promise<void>): void }, behaviour: ConfigurationBehaviour, sessionKey: string | null = null) {
  const service = await openConfigurationService({ ingest: 'rtmp://ingest.example/app', encoders, behaviour, sessionKey })
  t.after(() => service.close())
  const asked = await askPlatform({ url: service.url, name: 'Twitch', allowPrivate: true })(question)
  return { asked, service }
}

test('a platform’s grant is read, and its warning is kept', async (t) => {
  const { asked, service } = await ask(t, { type: 'grant', status: 'warning', html: '<b>Your GPU is old</b>' })
  assert.deepEqual([asked.answer?.result, asked.answer?.message, asked.answer?.encoders.length], ['warning', 'Your GPU is old', 1])
  const { body } = service.requests[0]!
  assert.deepEqual([body['authentication'], body['schema_version'], body['service']], ['live_secret', '2025-01-25', 'IVS'])
})

test('each way of a platform to say no, or nonsense, has its class and the platform’s own words, and no key', async (t) => {
  const table: [ConfigurationBehaviour, string, RegExp][] = [
    [
      { type: 'refuse', html: '<p>Not for this account.</p>' },
      'ENHANCED_REFUSED',
      /^Twitch refuses Enhanced Broadcasting\. It says: Not for this account\.$/,
    ],
    [{ type: 'http', status: 403, html: 'Wrong key' }, 'ENHANCED_REFUSED', /answered HTTP 403\. It says: Wrong key$/],
    [{ type: 'http', status: 500 }, 'ENHANCED_REFUSED', /answered HTTP 500\.$/],
    [{ type: 'malformed' }, 'ENHANCED_ANSWER', /can’t be followed: it is not a JSON object/],
    [{ type: 'oversized' }, 'ENHANCED_ANSWER', /more than 64 KiB/],
    [{ type: 'redirect', to: 'http://127.0.0.1:1/' }, 'ENHANCED_UNREACHABLE', /could not be asked/],
  ]
  for (const [behaviour, code, message] of table) {
    const { asked } = await ask(t, behaviour)
    assert.equal(asked.refusal?.code, code, behaviour.type)
    assert.match(asked.refusal?.message ?? '', message)
    assert.doesNotMatch(JSON.stringify(asked), /live_secret/)
  }
})

test('a service that does not answer is given up after 5 s, and one that nobody listens for at once', { timeout: 20_000 }, async (t) => {
  const { asked, service } = await ask(t, { type: 'mute' })
  assert.match(asked.refusal?.message ?? '', /did not answer within 5 s/)
  await service.close()
  const dead = await askPlatform({ url: service.url, name: 'Twitch', allowPrivate: true })(question)
  assert.match(dead.refusal?.message ?? '', /could not be asked: .*ECONNREFUSED/)
})

test('a private address, or one without TLS, is asked only where private targets are allowed', async () => {
  for (const url of ['http://ingest.example/x', 'https://127.0.0.1/x', 'ftp://x', 'not a url']) {
    const asked = await askPlatform({ url, name: 'Twitch', allowPrivate: false })(question)
    assert.equal(asked.refusal?.code, 'ENHANCED_UNREACHABLE', url)
  }
})

test('where a grant is published is put together as OBS does it', async (t) => {
  const { asked } = await ask(t, { type: 'grant' })
  const { answer } = asked
  assert.ok(answer !== null)
  assert.deepEqual(publishPlace(answer, 'live_key?bandwidthtest=true'), {
    url: 'rtmp://ingest.example/app',
    streamKey: 'live_key?bandwidthtest=true&clientConfigId=config-1',
  })
  const template = { ...answer, ingests: [{ protocol: 'RTMPS', url: 'rtmps://x:443/app/{stream_key}?a=1', streamKey: 'session' }] } as const
  assert.deepEqual(publishPlace(template, 'own?b=2'), { url: 'rtmps://x:443/app', streamKey: 'session?a=1&b=2&clientConfigId=config-1' })
})
