/** Parts of control in the order in which they end: what serves first, what stores last. A new part takes its place here. */
const order = [
  'engines',
  'viewers',
  'probes',
  'clips',
  'recordings',
  'streams',
  'server',
  'jobs',
  'events',
  'broadcasts',
  'srt history',
  'playback',
  'guardrail',
  'lease',
  'database',
  'data folder',
] as const

type Part = (typeof order)[number]

/** How control ends. `stop`: engines end too. `leave`: they stay on the air. `give-up`: the start failed, what was on the air before stays. */
export type Ending = 'stop' | 'leave' | 'give-up'

/** Ends what was started, as far as the start got. */
export class Closing {
  // bound: one a part in `order`
  readonly #steps = new Map<Part, (ending: Ending) => Promise<void> | void>()

  /** Each part as soon as there is something of it to end. */
  add(part: Part, end: (ending: Ending) => Promise<void> | void): void {
    this.#steps.set(part, end)
  }

  /** What fails on the way, as on a full disk, keeps no other part from its end. */
  async run(ending: Ending, onError: (part: Part, error: unknown) => void): Promise<void> {
    for (const part of order) {
      try {
        await this.#steps.get(part)?.(ending)
      } catch (error) {
        onError(part, error)
      }
    }
  }
}
