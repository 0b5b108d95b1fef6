import type { Failure } from '@sluice/base/errors'
import type { MediaNote, Track } from '@sluice/codecs/frame'
import { noticeWords } from '@sluice/contract/link'
import { type HlsSource, openHlsSource } from '@sluice/protocols/hls'
import { NoteTally } from '../../relay/index.ts'
import { guardedLookup, refuseLiteral } from '../../targets/index.ts'
import type { ChannelInput, InputPort } from '../channel-input.ts'
import type { OpenPull } from '../input-pull.ts'
import type { PullParts } from './failed-pull.ts'

/** Fetches an input's media from an HLS playlist (`http(s)://host/path`). */
export function openHlsPull(parts: PullParts): OpenPull {
  /** Streams that were seen to end: what is left of them at the same address is no recording to be played for ever. */
  const seenToEnd = new WeakMap<ChannelInput, string>()
  return (input, url, events) => {
    const allowPrivate = parts.allowPrivateTargets()
    let port: InputPort | null = null
    // bound: one a kind and id of a track; a demuxer has 32 at most
    const tracks = new Map<string, Track>()
    let isOver = false
    /** What was noted before the first media came. */
    const early = new NoteTally()
    const note = (one: MediaNote): void => {
      if (port === null) early.add(one)
      else port.note(one)
    }
    const end = (problem: string | null, failure: Failure | null): void => {
      if (isOver) return
      isOver = true
      source.close()
      port?.close(problem)
      if (failure !== null) events.onClose(failure)
    }
    const stop = (message: string): void => end(message, { kind: 'remote-close', code: 'PULL_ENDED', message })
    const join = ({ remoteAddress, server }: HlsSource): void => {
      // An encoder may have come while the first segments were fetched.
      if (input.isTaken) {
        stop('an encoder publishes to this input')
        return
      }
      port = input.open({
        facts: { protocol: 'hls', remoteAddress, encoder: server, isPulled: true },
        close: stop,
        bytesReceived: () => source.bytesReceived,
      })
      for (const one of early.take()) port.note(one)
      events.onReady()
    }
    const source = openHlsSource({
      log: parts.log,
      url,
      clock: parts.clock,
      mayRepeat: seenToEnd.get(input) !== url,
      ...(allowPrivate ? {} : { lookup: guardedLookup, refuseHost: (host: string) => refuseLiteral(host, allowPrivate) }),
      handler: {
        onReady: join,
        onFrame(frame) {
          const key = `${frame.track.kind}${frame.track.id}`
          if (tracks.get(key) !== frame.track) port?.putTrack(frame.track)
          tracks.set(key, frame.track)
          port?.putFrame(frame)
        },
        onFlush: () => port?.flush(),
        onNote: note,
        onClose(failure) {
          if (failure.code === 'HLS_ENDED') seenToEnd.set(input, url)
          // Nothing that is carried ever came: what did come is the reason.
          const [first] = port === null ? early.take() : []
          const message = first === undefined ? failure.message : `${failure.message}. ${noticeWords(first).sentence}`
          end(message, { ...failure, message })
        },
      },
    })
    return { close: () => end('Sluice ended the session', null) }
  }
}
