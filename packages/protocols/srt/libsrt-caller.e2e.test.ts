import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { hasProgram } from './testing/peer-process.ts'
import {
  assertSameUpToTheEnd,
  makePadding,
  makeScratch,
  makeTransportStream,
  openRecorder,
  sendPaced,
  startPeer,
} from './testing/real-link.ts'

const PASSPHRASE = 'correct horse'
const scratch = makeScratch()
const skip = hasProgram('ffmpeg') && hasProgram('srt-live-transmit') ? false : 'ffmpeg or srt-live-transmit is not installed'
const source = join(scratch, 'source.ts')
const stream = skip ? new Uint8Array(0) : makeTransportStream(source)
const keyLengths = [0, 16, 24, 32]
const keyText = (bytes: number): string => (bytes === 0 ? '' : `&passphrase=${PASSPHRASE}&pbkeylen=${bytes}`)
const nameOf = (bytes: number): string => (bytes === 0 ? 'clear' : `AES-${bytes * 8}`)

/** At once: all of the time is a stream that runs at its own pace. */
const concurrency = 4

describe('against a libsrt that calls', { concurrency }, () => {
  for (const keyBytes of keyLengths) {
    const passphrase = keyBytes === 0 ? undefined : PASSPHRASE

    test(`ffmpeg publishes to us, ${nameOf(keyBytes)}: the transport stream is the same to the byte`, {
      skip,
      timeout: 60_000,
    }, async (t) => {
      const { server, recording } = await openRecorder(t, { passphrase })
      const copy = join(scratch, `copy-${keyBytes}.ts`)
      const url = `srt://127.0.0.1:${server.port}?streamid=publish:abc${keyText(keyBytes)}`
      // Two outputs and no tee: ffmpeg 7's tee ends without a word on the line.
      const output = ['-map', '0', '-c', 'copy', '-f', 'mpegts']
      const ffmpeg = startPeer(t, 'ffmpeg', ['-v', 'error', '-readrate', '2', '-i', source, ...output, url, ...output, copy])
      await ffmpeg.exited
      await recording.until('end', () => recording.closed !== null)
      assert.deepEqual([recording.closed, recording.request?.resource], ['peer-shutdown', 'abc'])
      assertSameUpToTheEnd(recording.data, readFileSync(copy))
    })

    test(`srt-live-transmit publishes to us, ${nameOf(keyBytes)}, with early key changes: the same to the byte`, {
      skip,
      timeout: 60_000,
    }, async (t) => {
      const { server, recording } = await openRecorder(t, { passphrase })
      const refresh = keyBytes === 0 ? '' : '&kmrefreshrate=200&kmpreannounce=50'
      const url = `srt://127.0.0.1:${server.port}?streamid=live/abc${keyText(keyBytes)}${refresh}`
      const peer = startPeer(t, 'srt-live-transmit', ['-q', '-chunk:1316', 'file://con', url])
      await recording.until('connection', () => recording.connection !== null)
      await peer.feed(Buffer.concat([stream, makePadding(70)]), 600_000)
      await recording.until('stream', () => recording.bytes >= stream.length)
      assert.ok(recording.data.subarray(0, stream.length).equals(stream))
      const { pktRcvUndecryptTotal, kmRefreshTotal, keyLengthBytes, pktRcvDropTotal } = recording.connection!.stats()
      assert.deepEqual([pktRcvUndecryptTotal, pktRcvDropTotal, keyLengthBytes], [0, 0, keyBytes])
      assert.ok(keyBytes === 0 || kmRefreshTotal >= 3, `${kmRefreshTotal} key changes`)
    })

    for (const program of ['srt-live-transmit', 'ffmpeg'] as const) {
      test(`${program} pulls from us, ${nameOf(keyBytes)}, with early key changes: the same to the byte`, {
        skip,
        timeout: 60_000,
      }, async (t) => {
        const { server, recording } = await openRecorder(t, { passphrase, keyRefresh: { afterPackets: 200, announcePackets: 50 } })
        const url = `srt://127.0.0.1:${server.port}?mode=caller&streamid=read:abc${keyText(keyBytes)}`
        const peer =
          program === 'ffmpeg'
            ? startPeer(t, 'ffmpeg', ['-v', 'error', '-f', 'data', '-i', url, '-map', '0', '-c', 'copy', '-f', 'data', '-'])
            : startPeer(t, 'srt-live-transmit', ['-q', url, 'file://con'])
        await recording.until('connection', () => recording.connection !== null)
        assert.deepEqual([recording.request?.mode, recording.request?.resource], ['request', 'abc'])
        const connection = recording.connection!
        await sendPaced(connection, stream, 600_000)
        connection.close()
        await recording.until('close', () => recording.closed !== null)
        assert.equal(recording.closed, 'closed')
        // Lingering gave the peer the time to play all, so nothing of the end is missing.
        if (program === 'srt-live-transmit')
          await peer.end() // it keeps its output in a buffer and calls again for ever
        else await peer.exited
        assert.ok(peer.outputBytes.equals(stream))
        assert.ok(keyBytes === 0 || connection.stats().kmRefreshTotal >= 3)
      })
    }
  }

  test('figures agree with those of srt-live-transmit', { skip, timeout: 60_000 }, async (t) => {
    const { server, recording } = await openRecorder(t, { latencyMs: 200 })
    const report = join(scratch, 'report.json')
    const url = `srt://127.0.0.1:${server.port}`
    const args = ['-q', '-chunk:1316', '-s', '100', '-pf', 'json', '-statsout', report, '-f', 'file://con', url]
    const peer = startPeer(t, 'srt-live-transmit', args)
    await recording.until('connection', () => recording.connection !== null)
    await peer.feed(Buffer.concat([stream, makePadding(700)]), 600_000)
    await recording.until('stream', () => recording.bytes >= stream.length + 500 * 188)
    const ours = recording.connection!.stats()
    const lines = readFileSync(report, 'utf8').trim().split('\n')
    const theirs = JSON.parse(lines[lines.length - 1]!.replace(/,$/, ''))
    assert.ok(Math.abs(theirs.send.packetsUnique - ours.pktRecvUniqueTotal) <= 100, 'they count the same packets')
    assert.equal(ours.pktRcvLossTotal, 0)
    assert.ok(theirs.link.rtt < 20 && ours.msRTT < 20)
  })
})
