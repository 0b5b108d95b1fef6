import { text } from 'node:stream/consumers'
import { loadAv } from './av/av.ts'
import { answerTrial } from './ladder/hardware-trial.ts'

/** Tries one encoder in hardware, which its stdin names, writes one line of JSON and ends. Thrown away afterwards: a driver may do anything to it. */
async function main(): Promise<void> {
  const answer = answerTrial(await loadAv(), await text(process.stdin))
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0))
}

await main()
