/** Something that set-up lacks. `hints` are what the operator may do, the likeliest first. */
export class SetupError extends Error {
  constructor(message, hints = []) {
    super(message)
    this.name = 'SetupError'
    this.hints = hints
  }
}

/** One line of progress, on stderr: stdout belongs to what is started. */
export function say(line) {
  process.stderr.write(`sluice: ${line}\n`)
}

/** What is missing, then what to do about it. */
export function sayProblem(error) {
  say(error.message)
  for (const hint of error.hints) process.stderr.write(`        - ${hint}\n`)
}

/** Runs `work` and says how long it took. */
export async function timed(what, work) {
  const startMs = Date.now()
  const result = await work()
  say(`${what} (${((Date.now() - startMs) / 1000).toFixed(1)} s)`)
  return result
}
