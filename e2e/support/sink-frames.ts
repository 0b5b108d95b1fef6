import type { SinkMessage, SinkSession } from '@sluice/testkit/rtmp-sink'

const isCodedVideo = ({ kind, body }: SinkMessage): boolean => kind === 'video' && body[1] === 1

/** Messages of coded H.264 frames, configuration left out. */
export const videoFrames = (session: SinkSession): SinkMessage[] => session.messages.filter(isCodedVideo)

export const isKeyMessage = ({ kind, body }: SinkMessage): boolean => kind === 'video' && body[0]! >> 4 === 1

/**
 * Places in a session where a frame of a steady source is missing or came twice: timestamps in milliseconds around each. `frameMs`: the
 * distance of its frames.
 */
export function videoGaps(session: SinkSession, frameMs = 40): string[] {
  const times = videoFrames(session).map(({ timestampMs }) => timestampMs)
  return times
    .slice(1)
    .map((timeMs, i) => [times[i]!, timeMs] as const)
    .filter(([before, after]) => Math.abs(after - before - frameMs) > frameMs / 2)
    .map(([before, after]) => `${before} -> ${after}`)
}

/** The longest time in which no video frame arrived, milliseconds of the sink's own clock: what a viewer of this destination waits through. */
export function longestWaitMs(session: SinkSession): number {
  const times = videoFrames(session).map(({ atMs }) => atMs)
  return Math.max(...times.slice(1).map((atMs, i) => atMs - times[i]!))
}

/** Messages of one kind whose timestamp lies before the one that came before them. */
export function stepsBack(session: SinkSession): string[] {
  const last = { audio: 0, video: 0, data: 0 }
  return session.messages.flatMap(({ kind, timestampMs }) => {
    const before = last[kind]
    last[kind] = timestampMs
    return timestampMs < before ? [`${kind} ${before} -> ${timestampMs}`] : []
  })
}
