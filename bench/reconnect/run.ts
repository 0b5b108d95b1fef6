import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage } from '@sluice/protocols/rtmp'
import { startBenchEngine } from '../support/bench-engine.ts'
import { end, sleep } from '../support/children.ts'
import { driveEngine, streamKey } from '../support/engine-driver.ts'
import { readProcess } from '../support/process-figures.ts'
import { audioTrack, stampedFrame, videoTrack } from '../support/stamped-media.ts'

/** Publishes and unpublishes many times over and holds the engine's memory after a settle against the memory it had after a warm-up. */
const { values: flags } = parseArgs({
  options: { cycles: { type: 'string', default: '10000' }, warmup: { type: 'string', default: '10000' } },
})
const rtmpPort = 31945
const settleMs = 8000
const framesPerCycle = 3
const classic = { enhanced: false } as const
const url = `rtmp://127.0.0.1:${rtmpPort}/live`

function sendMedia(publisher: RtmpPublisher): void {
  const write = (kind: 'audio' | 'video', ms: number, parts: Uint8Array[]): void =>
    publisher.write(writeMediaMessage(kind, ms, publisher.messageStreamId, parts))
  write('video', 0, [flvConfigBody(videoTrack, classic)!])
  write('audio', 0, [flvConfigBody(audioTrack, classic)!])
  for (let i = 0; i < framesPerCycle; i++) {
    const frame = stampedFrame({ bytes: 20_000, isKey: i === 0, dts: i * 3000 })
    write('video', i * 33, [flvFrameHeader(frame, classic)!, frame.bytes])
  }
}

/** One publisher from connect to close. */
function cycle(): Promise<void> {
  return new Promise((resolve, reject) => {
    openRtmpPublisher({
      url,
      streamKey,
      clock: systemClock,
      log: silentLogger,
      handler: {
        onReady(publisher) {
          sendMedia(publisher)
          publisher.close()
          resolve()
        },
        onClose: (failure) => reject(new Error(`${failure.kind}: ${failure.message}`)),
      },
    })
  })
}

/** The key is free again a moment after the close: a refusal as in use is tried again. */
async function run(cycles: number): Promise<number> {
  let retries = 0
  for (let done = 0; done < cycles; ) {
    try {
      await cycle()
      done++
    } catch (error) {
      if (!String(error).includes('duplicate-publisher')) throw error
      retries++
      await sleep(2)
    }
  }
  return retries
}

const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const engine = startBenchEngine(dir, { rtmp: rtmpPort })
const link = await driveEngine(join(dir, 'bench.sock'), [])
const hold = setInterval(() => {}, 60_000)
await run(Number(flags.warmup))
await sleep(settleMs)
const before = readProcess(engine.pid!).rssBytes
const startMs = performance.now()
const retries = await run(Number(flags.cycles))
const seconds = (performance.now() - startMs) / 1000
await sleep(settleMs)
const after = readProcess(engine.pid!).rssBytes
clearInterval(hold)
link.destroy()
await end(engine)

const growth = after / before - 1
const result = { cycles: Number(flags.cycles), seconds, retries, beforeMb: before / 1e6, afterMb: after / 1e6, growth }
process.stdout.write(
  `${result.cycles} cycles in ${seconds.toFixed(0)} s: ${result.beforeMb.toFixed(1)} MB -> ${result.afterMb.toFixed(1)} MB (${(growth * 100).toFixed(1)} %), limit 5 %\n`,
)
const out = new URL('../out/', import.meta.url)
mkdirSync(out, { recursive: true })
writeFileSync(new URL('reconnect.json', out), `${JSON.stringify(result, null, 2)}\n`)
process.exit(growth > 0.05 ? 1 : 0)
