import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { hasProgram } from './testing/peer-process.ts'
import {
  callUntilReady,
  closed,
  findFreePort,
  makePadding,
  makeScratch,
  makeTransportStream,
  openRecorder,
  Recording,
  sendPaced,
  startPeer,
} from './testing/real-link.ts'

const PASSPHRASE = 'correct horse'
const scratch = makeScratch()
const skip = hasProgram('gst-launch-1.0') && hasProgram('ffmpeg') ? false : 'gst-launch-1.0 or ffmpeg is not installed'
const stream = skip ? new Uint8Array(0) : makeTransportStream(join(scratch, 'source.ts'))
const source = join(scratch, 'padded.ts')
if (!skip) writeFileSync(source, Buffer.concat([stream, makePadding(700)]))
/** Reads the file in payloads, a thousand a second. */
const read = ['filesrc', `location=${source}`, 'blocksize=1316', '!', 'identity', 'sleep-time=1000', '!']

/** At once: all of the time is a stream that runs at its own pace. */
const concurrency = 4

describe('against GStreamer', { concurrency }, () => {
  for (const keyBytes of [0, 16, 32]) {
    const passphrase = keyBytes === 0 ? undefined : PASSPHRASE
    const kind = keyBytes === 0 ? 'clear' : `AES-${keyBytes * 8}`
    const secrets = keyBytes === 0 ? [] : [`passphrase=${PASSPHRASE}`, `pbkeylen=${keyBytes}`]

    test(`srtsink publishes to us, ${kind}: the same to the byte`, { skip, timeout: 60_000 }, async (t) => {
      const { server, recording } = await openRecorder(t, { passphrase })
      const sink = [
        'srtsink',
        `uri=srt://127.0.0.1:${server.port}?mode=caller`,
        'streamid=publish:abc',
        'wait-for-connection=true',
        ...secrets,
      ]
      startPeer(t, 'gst-launch-1.0', ['-q', ...read, ...sink])
      await recording.until('stream', () => recording.bytes >= stream.length)
      assert.equal(recording.request?.resource, 'abc')
      assert.ok(recording.data.subarray(0, stream.length).equals(stream))
    })

    test(`srtsrc pulls from us, ${kind}: the same to the byte`, { skip, timeout: 60_000 }, async (t) => {
      const { server, recording } = await openRecorder(t, { passphrase })
      const out = join(scratch, `pulled-${keyBytes}.ts`)
      const src = ['srtsrc', `uri=srt://127.0.0.1:${server.port}?mode=caller`, 'streamid=read:abc', ...secrets]
      const peer = startPeer(t, 'gst-launch-1.0', ['-q', '-e', ...src, '!', 'filesink', `location=${out}`, 'buffer-mode=unbuffered'])
      await recording.until('connection', () => recording.connection !== null)
      await sendPaced(recording.connection!, stream, 600_000)
      recording.connection!.close()
      await recording.until('close', () => recording.closed !== null)
      await Promise.race([peer.exited, new Promise((resolve) => setTimeout(resolve, 1_000))])
      assert.ok(readFileSync(out).equals(stream))
    })

    test(`we push to srtsrc as a listener, ${kind}: the same to the byte`, { skip, timeout: 60_000 }, async (t) => {
      const port = await findFreePort()
      const out = join(scratch, `pushed-${keyBytes}.ts`)
      const src = ['srtsrc', `uri=srt://127.0.0.1:${port}?mode=listener`, ...secrets]
      const peer = startPeer(t, 'gst-launch-1.0', ['-q', '-e', ...src, '!', 'filesink', `location=${out}`, 'buffer-mode=unbuffered'])
      const connection = await callUntilReady(port, { passphrase, keyLengthBytes: keyBytes === 32 ? 32 : 16 })
      await sendPaced(connection, stream, 600_000)
      assert.equal(await closed(connection), 'closed')
      await Promise.race([peer.exited, new Promise((resolve) => setTimeout(resolve, 1_000))])
      assert.ok(readFileSync(out).equals(stream))
    })

    test(`we pull from srtsink as a listener, ${kind}: the same to the byte`, { skip, timeout: 60_000 }, async (t) => {
      const port = await findFreePort()
      startPeer(t, 'gst-launch-1.0', [
        '-q',
        ...read,
        'srtsink',
        `uri=srt://127.0.0.1:${port}?mode=listener`,
        'wait-for-connection=true',
        ...secrets,
      ])
      const recording = new Recording()
      recording.record(await callUntilReady(port, { passphrase, keyLengthBytes: keyBytes === 32 ? 32 : 16, mode: 'receive' }))
      await recording.until('stream', () => recording.bytes >= stream.length)
      assert.ok(recording.data.subarray(0, stream.length).equals(stream))
      recording.connection!.abort()
    })
  }
})
