import { appendFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { parseMediaPlaylist } from '@sluice/containers/m3u8'
import { makeFolder } from './folder.ts'
import { sleep } from './wait.ts'

const pollMs = 400

export type HlsRecorder = {
  /** Names of the segments in order of the playlist. */
  readonly segments: readonly string[]
  /** Seconds that the playlist promised for each. */
  readonly durationsS: readonly number[]
  readonly discontinuities: number
  /** What a player would have complained about: sequence going back, missing files. */
  readonly problems: readonly string[]
  /** One file for each run between changes of the init segment, to be decoded. */
  files(): string[]
  stop(): void
}

/** Follows a live playlist like a player and keeps all segments. Ends with the test. */
export function recordHls(t: TestContext, playlistUrl: string): HlsRecorder {
  const folder = makeFolder(t)
  const state = {
    segments: [] as string[],
    durationsS: [] as number[],
    problems: [] as string[],
    files: [] as string[],
    discontinuities: 0,
  }
  let isRunning = true
  let nextSequence = -1
  let init = ''

  const fetchBytes = async (uri: string): Promise<Uint8Array> => {
    const answer = await fetch(new URL(uri, playlistUrl))
    if (answer.status !== 200) state.problems.push(`${uri}: HTTP ${answer.status}`)
    return new Uint8Array(await answer.arrayBuffer())
  }
  const poll = async (): Promise<void> => {
    const answer = await fetch(playlistUrl)
    if (answer.status !== 200) return
    const { mediaSequence, segments } = parseMediaPlaylist(await answer.text())
    if (nextSequence >= 0 && mediaSequence + segments.length < nextSequence)
      state.problems.push(`the sequence went back to ${mediaSequence}`)
    if (nextSequence >= 0 && mediaSequence > nextSequence) state.problems.push(`${mediaSequence - nextSequence} segments were missed`)
    for (const [i, segment] of segments.entries()) {
      if (mediaSequence + i < nextSequence) continue
      nextSequence = mediaSequence + i + 1
      if (segment.hasDiscontinuity === true) state.discontinuities++
      const map = segment.map?.uri ?? init
      if (map !== init) {
        state.files.push(path.join(folder, `${state.files.length}.mp4`))
        writeFileSync(state.files.at(-1)!, await fetchBytes(map))
        init = map
      }
      appendFileSync(state.files.at(-1)!, await fetchBytes(segment.uri))
      state.segments.push(segment.uri)
      state.durationsS.push(segment.durationS)
    }
  }
  const follow = async (): Promise<void> => {
    while (isRunning) {
      await poll().catch((error: unknown) => state.problems.push(String(error)))
      await sleep(pollMs)
    }
  }
  void follow()
  t.after(() => {
    isRunning = false
  })
  return {
    get segments() {
      return state.segments
    },
    get durationsS() {
      return state.durationsS
    },
    get discontinuities() {
      return state.discontinuities
    },
    get problems() {
      return state.problems
    },
    files: () => state.files,
    stop() {
      isRunning = false
    },
  }
}
