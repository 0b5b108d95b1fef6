const pollMs = 5
const patienceMs = 20_000

/** Resolves as soon as `isTrue`; rejects after 20 s with the condition that never came true. For what no event tells, on real sockets and processes. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(isTrue, (is) => is, String(isTrue))
}

/**
 * Reads until `isGood`, and gives what was read; rejects after 20 s with the last of it. `between` runs before each further look: it may
 * move a fake clock.
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  isGood: (value: T) => boolean,
  what = String(isGood),
  between: () => void = () => {},
): Promise<T> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    const value = await read()
    if (isGood(value)) return value
    if (performance.now() > endMs) throw new Error(`not within ${patienceMs / 1000} s: ${what}: ${JSON.stringify(value)}`)
    between()
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** Resolves once `read` has given the same twice, some milliseconds apart: for what comes to a stop. */
export async function untilSteady(read: () => number): Promise<number> {
  let before = Number.NaN
  return eventually(read, (now) => {
    const isSteady = now === before
    before = now
    return isSteady
  })
}
