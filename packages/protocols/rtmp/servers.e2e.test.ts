// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bodiesOf, type FlvTag, readFlvTags } from './testing/flv.ts'
import { play, publish, sendTags, startServer, until } from './testing/nodes.ts'
import { freePort, makeFolder, makeSource, missingTools, type RunningTool, runTool, startTool } from './testing/tools.ts'

const folder = makeFolder()
let sourceTags: FlvTag[] = []

before(async () => {
  if (missingTools('ffmpeg') === false) sourceTags = readFlvTags(readFileSync(await makeSource(folder.path)))
})
after(() => folder[Symbol.dispose]())

/** True once something listens on the port. */
const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })

async function waitForPort(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await isOpen(port)) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`nothing listens on port ${port}`)
}

const nginxModule = '/usr/lib/nginx/modules/ngx_rtmp_module.so'

async function startNginx(port: number): Promise<RunningTool> {
  const records = join(folder.path, 'records')
  mkdirSync(records, { recursive: true })
  chmodSync(folder.path, 0o755)
  chmodSync(records, 0o777)
  const config = join(folder.path, 'nginx.conf')
  const denied = 'application denied { live on; deny publish all; }'
  const application = `application live { live on; record all; record_path ${records}; record_suffix .flv; }`
  writeFileSync(
    config,
    `load_module ${nginxModule};
    daemon off; worker_processes 1; pid ${folder.path}/nginx.pid; error_log ${folder.path}/nginx.log info;
    events { worker_connections 64; }
    rtmp { access_log off; server { listen 127.0.0.1:${port}; ${denied} ${application} } }`,
  )
  const nginx = startTool('nginx', ['-c', config, '-p', folder.path])
  await waitForPort(port)
  // Kill only the master and its worker stays: ask nicely.
  return {
    ...nginx,
    async [Symbol.asyncDispose]() {
      nginx.child.kill('SIGTERM')
      await nginx.ended
    },
  }
}

describe('nginx-rtmp', { skip: missingTools('ffmpeg', 'nginx') }, () => {
  test('records what we publish, acknowledges it, and lets us pull it', async () => {
    const port = await freePort()
    await using _nginx = await startNginx(port)
    const { ready } = publish({ url: `rtmp://127.0.0.1:${port}/live`, streamKey: 'key?a=b', ackWindowBytes: 16_384 })
    const publisher = await ready
    const pulled = play({ url: `rtmp://127.0.0.1:${port}/live`, streamKey: 'key' }, 20)
    await until(() => readFileSync(join(folder.path, 'nginx.log'), 'utf8').includes('play: name='))
    await sendTags(publisher, sourceTags)
    await until(() => publisher.bytesSent - publisher.ackedBytes < 16_384 + 3073)
    assert.ok(publisher.hasAcked)
    assert.ok(publisher.ackedBytes <= publisher.bytesSent)
    publisher.close()
    const { tags } = await pulled
    assert.ok(tags.length >= 20)
    const [file] = readdirSync(join(folder.path, 'records'))
    const path = join(folder.path, 'records', file!)
    const recorded = (): FlvTag[] => readFlvTags(readFileSync(path))
    await until(() => bodiesOf(recorded(), 'video').length === bodiesOf(sourceTags, 'video').length)
    assert.deepEqual(bodiesOf(recorded(), 'video'), bodiesOf(sourceTags, 'video'))
    // nginx-rtmp's recorder writes the audio configuration twice: once from its cache, once as it comes.
    assert.deepEqual(bodiesOf(recorded(), 'audio').slice(1), bodiesOf(sourceTags, 'audio'))
  })

  test('is understood when it refuses a second publisher, an unknown application, and one that it denies', async () => {
    const port = await freePort()
    await using _nginx = await startNginx(port)
    const url = `rtmp://127.0.0.1:${port}/live`
    const first = await publish({ url, streamKey: 'secretname' }).ready
    const second = await publish({ url, streamKey: 'secretname' }).closed
    assert.equal(second.kind, 'duplicate-publisher')
    assert.equal(second.peerCode, 'NetStream.Publish.BadName')
    first.close()
    const nowhere = await publish({ url: `rtmp://127.0.0.1:${port}/nowhere`, streamKey: 'secretname' }).closed
    assert.equal(nowhere.kind, 'publish-rejected')
    assert.equal(nowhere.code, 'RTMP_CLOSED_ON_CONNECT')
    const denied = await publish({ url: `rtmp://127.0.0.1:${port}/denied`, streamKey: 'secretname' }).closed
    assert.equal(denied.code, 'RTMP_CLOSED_AFTER_START')
  })
})

test('ffmpeg listening records what we publish', { skip: missingTools('ffmpeg') }, async () => {
  const port = await freePort()
  const out = join(folder.path, 'listened.flv')
  const url = `rtmp://127.0.0.1:${port}/live`
  await using ffmpeg = startTool('ffmpeg', ['-v', 'error', '-y', '-listen', '1', '-i', `${url}/key`, '-c', 'copy', '-copyts', out])
  // It takes one connection only, so the port can't be tried out: try to publish until it is there.
  let attempt = publish({ url, streamKey: 'key', ackWindowBytes: 16_384 })
  for (let tries = 0; tries < 100; tries++) {
    const failure = await Promise.race([attempt.ready.then(() => null).catch(() => null), attempt.closed])
    if (failure === null || failure.kind !== 'tcp') break
    await new Promise((resolve) => setTimeout(resolve, 50))
    attempt = publish({ url, streamKey: 'key', ackWindowBytes: 16_384 })
  }
  const publisher = await attempt.ready
  await sendTags(publisher, sourceTags)
  await until(() => publisher.hasAcked)
  publisher.close()
  assert.equal(await ffmpeg.ended, 0, ffmpeg.output)
  assert.deepEqual(bodiesOf(readFlvTags(readFileSync(out)), 'video'), bodiesOf(sourceTags, 'video'))
})

test('ffmpeg listening is played from, to its end', { skip: missingTools('ffmpeg') }, async () => {
  const port = await freePort()
  const url = `rtmp://127.0.0.1:${port}/live`
  const source = join(folder.path, 'source.flv')
  await using ffmpeg = startTool('ffmpeg', ['-v', 'error', '-re', '-i', source, '-c', 'copy', '-f', 'flv', '-listen', '1', `${url}/key`])
  // It takes one connection only, so the port can't be tried out: try to play until it is there.
  let played = await play({ url, streamKey: 'key' })
  for (let tries = 0; tries < 100 && played.tags.length === 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    played = await play({ url, streamKey: 'key' })
  }
  // It closes without reading our acknowledgements, so that the end may be a reset.
  assert.equal(played.reason.code, 'RTMP_REMOTE_CLOSE', played.reason.message)
  assert.deepEqual(bodiesOf(played.tags, 'video'), bodiesOf(sourceTags, 'video'))
  await ffmpeg.ended
})

describe('RTMPS', { skip: missingTools('openssl', 'ffmpeg') }, () => {
  const key = (): string => readFileSync(join(folder.path, 'key.pem'), 'utf8')
  const cert = (): string => readFileSync(join(folder.path, 'cert.pem'), 'utf8')
  before(async () => {
    const files = ['-keyout', join(folder.path, 'key.pem'), '-out', join(folder.path, 'cert.pem')]
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    await runTool('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...names])
  })

  test('carries a stream between our client and our server when the certificate is trusted', async () => {
    await using server = await startServer({ tls: { cert: cert(), key: key() } })
    const url = `rtmps://127.0.0.1:${server.port}/live`
    const publisher = await publish({ url, streamKey: 'key', tls: { verify: true, ca: cert(), servername: 'localhost' } }).ready
    await sendTags(publisher, sourceTags)
    publisher.close()
    const { tags, closed } = server.published[0]!
    await closed
    assert.deepEqual(bodiesOf(tags, 'video'), bodiesOf(sourceTags, 'video'))
  })

  test('is played from when the certificate is trusted, and not when it is not', async () => {
    await using server = await startServer({ tls: { cert: cert(), key: key() }, tags: sourceTags })
    const url = `rtmps://127.0.0.1:${server.port}/live`
    const untrusted = await play({ url, streamKey: 'key', tls: { verify: true, servername: 'localhost' } })
    assert.deepEqual([untrusted.tags, untrusted.reason.code], [[], 'RTMP_TLS_CERTIFICATE'])
    const { tags } = await play({ url, streamKey: 'key', tls: { verify: true, ca: cert(), servername: 'localhost' } })
    assert.deepEqual(bodiesOf(tags, 'video'), bodiesOf(sourceTags, 'video'))
  })

  test('refuses a certificate that is not trusted, or for another name, and says so', async () => {
    await using server = await startServer({ tls: { cert: cert(), key: key() } })
    const url = `rtmps://127.0.0.1:${server.port}/live`
    const untrusted = await publish({ url, streamKey: 'key', tls: { verify: true, servername: 'localhost' } }).closed
    assert.deepEqual([untrusted.kind, untrusted.code], ['tls', 'RTMP_TLS_CERTIFICATE'])
    assert.match(untrusted.message, /self-signed/)
    const elsewhere = await publish({ url, streamKey: 'key', tls: { verify: true, ca: cert(), servername: 'example.org' } }).closed
    assert.match(elsewhere.message, /for another host name/)
    const unverified = await publish({ url, streamKey: 'key', tls: { verify: false } }).ready
    unverified.close()
  })

  test('takes what ffmpeg publishes by rtmps', async () => {
    await using server = await startServer({ tls: { cert: cert(), key: key() } })
    const source = join(folder.path, 'source.flv')
    await runTool('ffmpeg', ['-v', 'error', '-i', source, '-c', 'copy', '-f', 'flv', `rtmps://127.0.0.1:${server.port}/live/key`])
    const { tags, closed } = server.published[0]!
    await closed
    assert.deepEqual(bodiesOf(tags, 'video'), bodiesOf(sourceTags, 'video'))
  })

  test('plain RTMP on a TLS port and TLS on a plain port are told apart', async () => {
    await using tlsServer = await startServer({ tls: { cert: cert(), key: key() } })
    const plain = await publish({ url: `rtmp://127.0.0.1:${tlsServer.port}/live`, streamKey: 'key' }).closed
    assert.match(plain.message, /TLS|closed|reset/)
    await using server = await startServer()
    const tls = await publish({ url: `rtmps://127.0.0.1:${server.port}/live`, streamKey: 'key', tls: { verify: false } }).closed
    assert.equal(tls.kind, 'tls')
  })
})
