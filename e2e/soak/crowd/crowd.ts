import { randomFrom } from '@sluice/testkit/random'
import { callers } from './callers.ts'
import { addFirstOutputs, operators } from './operators.ts'
import { type Deed, type Place, pick, rest } from './place.ts'
import { publishers } from './publishers.ts'
import { strangers } from './strangers.ts'
import { viewers } from './viewers.ts'

const deeds: Readonly<Record<string, Deed>> = { ...publishers, ...strangers, ...callers, ...viewers, ...operators }
/** All that the crowd may do. */
export const deedNames: readonly string[] = Object.keys(deeds)

const pauseMs = { low: 20, high: 350 } as const
/** Who comes when so many are there waits until one has left: a choice is never left out, so that a seed gives the same run. */
const maxAtOnce = 40

/** The choices of a seed, one after the other: what is done, with what chance of its own, and how long it is quiet after it. */
export function* choicesOf(seed: number): Generator<{ name: string; seed: number; pauseMs: number }> {
  const random = randomFrom(seed)
  for (;;) yield { name: pick(random, deedNames), seed: random.int(1, 0x7fffffff), pauseMs: random.int(pauseMs.low, pauseMs.high) }
}

export type CrowdReport = { readonly counts: Readonly<Record<string, number>>; readonly problems: readonly string[] }

/** Lets the crowd of a seed loose on a Sluice until `signal` is aborted, and waits until all have left. */
export async function runCrowd(place: Place, seed: number, signal: AbortSignal): Promise<CrowdReport> {
  const counts: Record<string, number> = {}
  const problems: string[] = []
  const present = new Set<Promise<void>>()
  await addFirstOutputs(place, randomFrom(seed))
  for (const choice of choicesOf(seed)) {
    if (signal.aborted) break
    counts[choice.name] = (counts[choice.name] ?? 0) + 1
    const visit = Promise.resolve(deeds[choice.name]!(place, randomFrom(choice.seed), signal))
      .catch((error: unknown) => void problems.push(`${choice.name}: ${error}`))
      .finally(() => present.delete(visit))
    present.add(visit)
    await rest(choice.pauseMs, signal)
    while (present.size >= maxAtOnce && !signal.aborted) await Promise.race(present)
  }
  await Promise.all(present)
  return { counts, problems }
}
