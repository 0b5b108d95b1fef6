import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { openSrtRendezvous } from './client.ts'
import type { SrtConnection } from './connection.ts'
import { hasProgram } from './testing/peer-process.ts'
import {
  assertSameUpToTheEnd,
  callUntilReady,
  closed,
  findFreePort,
  makePadding,
  makeScratch,
  makeTransportStream,
  Recording,
  sendPaced,
  startPeer,
} from './testing/real-link.ts'

const PASSPHRASE = 'correct horse'
const scratch = makeScratch()
const skip = hasProgram('ffmpeg') && hasProgram('srt-live-transmit') ? false : 'ffmpeg or srt-live-transmit is not installed'
const source = join(scratch, 'source.ts')
const stream = skip ? new Uint8Array(0) : makeTransportStream(source)
const keyRefresh = { afterPackets: 200, announcePackets: 50 }

/** At once: all of the time is a stream that runs at its own pace. */
const concurrency = 4

describe('against a libsrt that listens', { concurrency }, () => {
  for (const keyLengthBytes of [undefined, 16, 24, 32] as const) {
    const passphrase = keyLengthBytes === undefined ? undefined : PASSPHRASE
    const keyText = keyLengthBytes === undefined ? '' : `&passphrase=${PASSPHRASE}&pbkeylen=${keyLengthBytes}`
    const kind = keyLengthBytes === undefined ? 'clear' : `AES-${keyLengthBytes * 8}`
    const keys = { passphrase, keyLengthBytes, keyRefresh }

    for (const program of ['srt-live-transmit', 'ffmpeg'] as const) {
      test(`we push to ${program}, ${kind}: the transport stream is the same to the byte`, { skip, timeout: 60_000 }, async (t) => {
        const port = await findFreePort()
        const url = `srt://127.0.0.1:${port}?mode=listener${keyText}`
        const peer =
          program === 'ffmpeg'
            ? startPeer(t, 'ffmpeg', ['-v', 'error', '-f', 'data', '-i', url, '-map', '0', '-c', 'copy', '-f', 'data', '-'])
            : startPeer(t, 'srt-live-transmit', ['-q', url, 'file://con'])
        const connection = await callUntilReady(port, keys)
        await sendPaced(connection, stream, 600_000)
        assert.equal(await closed(connection), 'closed')
        if (program === 'ffmpeg') await peer.exited
        else await peer.end()
        assert.ok(peer.outputBytes.equals(stream), `${peer.outputBytes.length} of ${stream.length} bytes arrived`)
        assert.ok(keyLengthBytes === undefined || connection.stats().kmRefreshTotal >= 3)
      })
    }

    test(`we pull from srt-live-transmit, ${kind}: the same to the byte`, { skip, timeout: 60_000 }, async (t) => {
      const port = await findFreePort()
      const refresh = keyLengthBytes === undefined ? '' : '&kmrefreshrate=200&kmpreannounce=50'
      const url = `srt://127.0.0.1:${port}?mode=listener${keyText}${refresh}`
      const peer = startPeer(t, 'srt-live-transmit', ['-q', '-chunk:1316', 'file://con', url])
      const recording = new Recording()
      recording.record(await callUntilReady(port, { ...keys, mode: 'receive' }))
      await peer.feed(Buffer.concat([stream, makePadding(70)]), 600_000)
      await recording.until('stream', () => recording.bytes >= stream.length)
      assert.ok(recording.data.subarray(0, stream.length).equals(stream))
      assert.equal(recording.connection!.stats().pktRcvUndecryptTotal, 0)
      recording.connection!.abort()
    })

    test(`we pull from ffmpeg, ${kind}: the same to the byte`, { skip, timeout: 60_000 }, async (t) => {
      const port = await findFreePort()
      const copy = join(scratch, `copy-${keyLengthBytes ?? 0}.ts`)
      const url = `srt://127.0.0.1:${port}?mode=listener${keyText}`
      // Two outputs and no tee: ffmpeg 7's tee ends without a word on the line.
      const output = ['-map', '0', '-c', 'copy', '-f', 'mpegts', '-y']
      const peer = startPeer(t, 'ffmpeg', ['-v', 'error', '-readrate', '2', '-i', source, ...output, url, ...output, copy])
      const recording = new Recording()
      recording.record(await callUntilReady(port, { ...keys, mode: 'receive' }))
      await peer.exited
      await recording.until('end', () => recording.closed !== null)
      assertSameUpToTheEnd(recording.data, readFileSync(copy))
    })

    test(`a rendezvous with srt-live-transmit, ${kind}: the same to the byte`, { skip, timeout: 60_000 }, async (t) => {
      const [ourPort, theirPort] = [await findFreePort(), await findFreePort()]
      const url = `srt://127.0.0.1:${ourPort}?mode=rendezvous&adapter=127.0.0.1&port=${theirPort}${keyText}`
      const peer = startPeer(t, 'srt-live-transmit', ['-q', url, 'file://con'])
      const connection = await new Promise<SrtConnection>((resolve, reject) => {
        openSrtRendezvous({
          ...keys,
          host: '127.0.0.1',
          port: theirPort,
          localPort: ourPort,
          mode: 'send',
          connectTimeoutMs: 10_000,
          clock: systemClock,
          log: silentLogger,
          handler: { onReady: resolve, onClose: (failure) => reject(new Error(JSON.stringify(failure))) },
        })
      })
      await sendPaced(connection, stream, 600_000)
      assert.equal(await closed(connection), 'closed')
      await peer.end()
      assert.ok(peer.outputBytes.equals(stream), `${peer.outputBytes.length} of ${stream.length} bytes arrived`)
    })
  }
})
