export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const pollMs = 20
const patienceMs = 20_000

/** Resolves as soon as `isTrue`, with the milliseconds that it took; rejects after 20 s, or `withinMs`, with `what` never came. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, withinMs = patienceMs): Promise<number> {
  const startMs = performance.now()
  while (!(await isTrue())) {
    if (performance.now() - startMs > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(pollMs)
  }
  return performance.now() - startMs
}
