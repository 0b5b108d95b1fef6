import type { TestContext } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage } from '@sluice/protocols/rtmp'
import { type ClipTag, repeatClip } from './clip.ts'
import { type Program, startProgram } from './program.ts'
import { sleep } from './wait.ts'

/** Publishes a clip by ffmpeg in real time, as it is: over and over, or once. With `sentFile` ffmpeg writes down what it sends. */
export function publishClip(
  t: TestContext,
  clip: string,
  url: string,
  options: { sentFile?: string; isOnce?: boolean; forMs?: number } = {},
): Program {
  const { sentFile, isOnce = false, forMs } = options
  const file = isOnce ? clip : repeatClip(t, clip, forMs)
  const output = ['-map', '0', '-c', 'copy', '-f', 'flv', '-flvflags', 'no_duration_filesize']
  const copy = sentFile === undefined ? [] : [...output, sentFile]
  return startProgram(t, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-re', '-i', file, ...output, url, ...copy])
}

export type TagPublisher = {
  readonly publisher: RtmpPublisher
  /** Resolves when the engine ends the session. */
  readonly ended: Promise<Failure>
  /** Sends tags in real time by the clock of their own timestamps, each changed by `change` on its way. */
  send(tags: readonly ClipTag[], change?: (tag: ClipTag) => Partial<ClipTag>): Promise<void>
}

/** Publishes crafted tags: what no encoder would send on purpose. Rejects when it is refused. */
export function publishTags(t: TestContext, port: number, key: string): Promise<TagPublisher> {
  return new Promise((resolve, reject) => {
    const ended = Promise.withResolvers<Failure>()
    const publisher = openRtmpPublisher({
      url: `rtmp://127.0.0.1:${port}/live`,
      streamKey: key,
      clock: systemClock,
      log: silentLogger,
      handler: {
        onReady: () => resolve({ publisher, ended: ended.promise, send: (tags, change) => sendTags(publisher, tags, change) }),
        onClose(failure) {
          reject(new Error(`${failure.kind}: ${failure.message}`))
          ended.resolve(failure)
        },
      },
    })
    t.after(() => publisher.close())
  })
}

const sendAheadMs = 20

async function sendTags(
  publisher: RtmpPublisher,
  tags: readonly ClipTag[],
  change: (tag: ClipTag) => Partial<ClipTag> = () => ({}),
): Promise<void> {
  const startMs = performance.now()
  const first = tags[0]?.timestampMs ?? 0
  for (const tag of tags) {
    const dueMs = tag.timestampMs - first - (performance.now() - startMs)
    if (dueMs > sendAheadMs) await sleep(dueMs)
    const { kind, timestampMs, body } = { ...tag, ...change(tag) }
    publisher.write(writeMediaMessage(kind, timestampMs, publisher.messageStreamId, [body]))
  }
}
