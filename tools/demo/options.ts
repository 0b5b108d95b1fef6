/** What `npm run demo` was asked: how long to run (null: until Ctrl-C), and flags that go to Sluice as they are. */
export type DemoOptions = { readonly seconds: number | null; readonly flags: readonly string[] }

/** Shorter, and the destination that fails on purpose has not failed yet. */
const shortestSeconds = 20

/** Takes `--seconds N` out of the arguments. Throws RangeError for a number that is none. */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const at = args.findIndex((arg) => arg === '--seconds' || arg.startsWith('--seconds='))
  if (at < 0) return { seconds: null, flags: args }
  const isInline = args[at]!.includes('=')
  const text = isInline ? args[at]!.slice('--seconds='.length) : (args[at + 1] ?? '')
  const seconds = Number(text)
  if (!Number.isInteger(seconds) || seconds < shortestSeconds) {
    throw new RangeError(`--seconds is '${text}', not a whole number of ${shortestSeconds} or more`)
  }
  return { seconds, flags: args.filter((_arg, i) => i !== at && (isInline || i !== at + 1)) }
}
