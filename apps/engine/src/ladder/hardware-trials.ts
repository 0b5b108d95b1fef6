import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { Sandbox } from '@sluice/base/sandbox'
import { HardwareEncoder, type HardwareKind, type HardwareRefusal } from '@sluice/contract/link'
import { askChild, lastAnswer } from './ask-child.ts'

const hardwareMain = fileURLToPath(new URL('../../../transcoder/src/hardware-main.ts', import.meta.url))
/** Loading 170 MB of codecs on a busy machine, and two seconds of encoding. A driver that hangs takes no longer. */
const withinMs = 20_000
const limits = {
  rssBytes: 1536 * 1024 * 1024,
  dataBytes: 8 * 1024 * 1024 * 1024,
  cpuSeconds: 20,
  cores: null,
  fileBytes: 0,
  niceness: 5,
}
const codecs = ['h264', 'h265', 'av1'] as const
type Candidate = Pick<HardwareEncoder, 'kind' | 'codec'>
/** Device nodes by the encoder that they belong to. */
export type DeviceNodes = Readonly<Record<HardwareKind, readonly string[]>>

export type HardwareFound = { readonly encoders: readonly HardwareEncoder[]; readonly refused: readonly HardwareRefusal[] }

type Parts = {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly log: Logger
  readonly onFound: (found: HardwareFound) => void
  /** Entry file of the child; absent: the real one. */
  readonly script?: string
  /** Absent: what this machine has. */
  readonly nodes?: DeviceNodes
}

/**
 * Which encoders in hardware this machine has: each is tried by a child of its own, one after the other, for a driver that is no good may end or
 * hang the process. Without a device node nothing is started.
 */
export class HardwareTrials {
  readonly #parts: Parts
  readonly #nodes: DeviceNodes
  #found: HardwareFound | null = null
  #stop: (() => void) | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    this.#nodes = parts.nodes ?? nodesHere()
  }

  /** Null: not all are tried yet. */
  get found(): HardwareFound | null {
    return this.#found
  }

  /** What a child has to open for the encoders that passed. */
  get devices(): readonly string[] {
    return [...new Set(this.#found?.encoders.flatMap(({ kind }) => this.#nodes[kind]))]
  }

  start(): void {
    const candidates = (Object.keys(this.#nodes) as HardwareKind[])
      .filter((kind) => this.#nodes[kind].length > 0)
      .flatMap((kind) => codecs.map((codec) => ({ kind, codec })))
    this.#try(candidates, [], [])
  }

  close(): void {
    this.#stop?.()
    this.#stop = null
  }

  #try(left: readonly Candidate[], encoders: readonly HardwareEncoder[], refused: readonly HardwareRefusal[]): void {
    const [candidate, ...others] = left
    if (candidate === undefined) {
      this.#found = { encoders, refused }
      if (encoders.length + refused.length > 0) this.#parts.log.info({ encoders, refused }, 'encoders in hardware were tried')
      this.#parts.onFound(this.#found)
      return
    }
    const { sandbox, clock, script = hardwareMain } = this.#parts
    const job = { script, limits, devices: this.#nodes[candidate.kind] }
    const question = { sandbox, clock, name: 'the trial of an encoder', job, input: JSON.stringify(candidate), withinMs }
    this.#stop = askChild(question, ({ said, ending }) => {
      const answer = readTrial(said, candidate)
      if (answer !== null && 'cpuPercent' in answer) this.#try(others, [...encoders, answer], refused)
      else this.#try(others, encoders, [...refused, { ...candidate, problem: answer?.problem ?? ending }])
    })
  }
}

/** What the child answered of this encoder; null: nothing, or of another one. */
function readTrial(said: string, { kind, codec }: Candidate): HardwareEncoder | { readonly problem: string } | null {
  const answer = lastAnswer(said, (one) => {
    const encoder = HardwareEncoder.safeParse(one)
    if (encoder.success) return encoder.data
    const { problem } = one as { problem?: unknown }
    return typeof problem === 'string' ? { problem: problem.slice(0, 500) } : null
  })
  const isOfAnother = answer !== null && 'kind' in answer && (answer.kind !== kind || answer.codec !== codec)
  return isOfAnother ? null : answer
}

function nodesHere(): DeviceNodes {
  const nvidia = nodesIn('/dev', /^nvidia(\d+|ctl|-uvm)$/)
  const render = nodesIn('/dev/dri', /^renderD\d+$/)
  return { nvenc: nvidia, qsv: render, vaapi: render }
}

function nodesIn(folder: string, name: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((one) => name.test(one))
      .map((one) => `${folder}/${one}`)
  } catch {
    return []
  }
}
