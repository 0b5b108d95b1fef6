import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ChannelLook, ChannelTarget, OutputLook, OutputTarget, ProberBeat } from '@sluice/contract/prober'
import { FromProber } from '@sluice/contract/prober'
import { type Program, startProgram } from '../support/program.ts'

const main = fileURLToPath(new URL('../../apps/prober/src/main.ts', import.meta.url))

/** The prober as control starts it, and all that it said. */
export type ProberProcess = {
  readonly program: Program
  setTargets(channels: readonly ChannelTarget[], outputs?: readonly OutputTarget[]): void
  looks(channelId: string): ChannelLook[]
  outputLooks(outputId: string): OutputLook[]
  beats(): ProberBeat[]
}

/** Short spans, so that a test need not wait for what operators are given time for. */
const content = { blackMs: 2500, frozenMs: 2500, silentMs: 2500 }

export function startProber(t: TestContext): ProberProcess {
  const program = startProgram(t, process.execPath, [main])
  const say = (message: unknown): void => program.write(Buffer.from(`${JSON.stringify(message)}\n`))
  say({ type: 'setup', sandbox: 'none', mediaUid: 65_533, dataDir: null, allowPrivateTargets: true, content, outputEveryMs: 3000 })
  const said = (): FromProber[] =>
    program
      .output()
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .flatMap((line) => FromProber.safeParse(JSON.parse(line)).data ?? [])
  return {
    program,
    setTargets: (channels, outputs = []) => say({ type: 'targets', channels, outputs }),
    looks: (channelId) => said().filter((one) => one.type === 'look' && one.channelId === channelId) as ChannelLook[],
    outputLooks: (outputId) => said().filter((one) => one.type === 'output' && one.outputId === outputId) as OutputLook[],
    beats: () => said().filter((one) => one.type === 'beat'),
  }
}
