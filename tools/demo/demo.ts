import { setTimeout as sleep } from 'node:timers/promises'
import { Channel, Output, paths } from '@sluice/contract/api'
import { formatBoard, toRows } from './board.ts'
import { demoDestinations } from './destinations.ts'
import type { DemoOptions } from './options.ts'
import { openStage, type Stage, startSource } from './stage.ts'
import { judgeDemo } from './verdict.ts'

const boardEveryMs = 1000
/** The source needs a moment to connect, and destinations begin at the next key frame: 2 s at most. */
const startUpMs = 5000

/** Where the demo tells how it goes: sentences one after the other, and lines that replace those of the time before. */
export type DemoScreen = { readonly say: (text: string) => void; readonly showBoard: (lines: readonly string[]) => void }

/**
 * Starts a Sluice of its own, three destinations and a source, and shows what happens until `signal` is aborted, which rejects, or
 * the time is over. Answers what was not as it had to be, in sentences.
 */
export async function runDemo(options: DemoOptions, signal: AbortSignal, screen: DemoScreen): Promise<string[]> {
  screen.say('Starting Sluice...\n')
  await using stage = await openStage(options.flags, signal)
  const source = startSource(stage, (message) => screen.say(`The source was cut off: ${message}\n`))
  try {
    screen.say(introduction(stage))
    // Awaited here: what was set up is taken down when this function is left.
    return await watch(stage, options.seconds, signal, screen)
  } finally {
    source.close()
  }
}

async function watch(stage: Stage, seconds: number | null, signal: AbortSignal, screen: DemoScreen): Promise<string[]> {
  const { api, channel } = stage
  const startMs = performance.now()
  for (;;) {
    await sleep(boardEveryMs, undefined, { signal })
    const elapsedMs = performance.now() - startMs
    const now = await api.get(paths.channel(channel.id), Channel)
    const rows = toRows(await api.list(paths.channelOutputs(channel.id), Output), stage.sinks)
    screen.showBoard(formatBoard(now, rows, elapsedMs))
    if (seconds !== null && elapsedMs >= seconds * 1000) return judgeDemo(now, rows, demoDestinations, elapsedMs - startUpMs)
  }
}

const introduction = ({ url, login, channel, dataDir }: Stage): string => `
The demo runs: a generated source goes to three destinations on this machine.

  Console      ${url}
  Sign in      ${login.email}   ${login.password}
  Player page  ${url}${new URL(channel.playback.page).pathname}
  Data         ${dataDir} (removed at the end)
  Stop         Ctrl-C

'Revoked key' takes the stream for some seconds, then refuses its key. Sluice says so, and the others lose nothing.

`
