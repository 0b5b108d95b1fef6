import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { type ConvertNews, ConvertTask } from '@sluice/contract/transcoder'
import { loadAv } from './convert/av.ts'

/** Media has the processor first. */
const niceness = 15
const reportEveryMs = 1000

const say = (news: ConvertNews): void => {
  process.stdout.write(`${JSON.stringify(news)}\n`)
}

/** One job a process: the line on the standard input. Whatever the native code does to this process, it does to this job alone. */
async function main(): Promise<void> {
  setPriority(niceness)
  process.umask(0o077)
  let line = ''
  for await (const text of createInterface({ input: process.stdin })) {
    line = text
    break
  }
  const task = ConvertTask.parse(JSON.parse(line))
  const loaded = await loadAv()
  if (loaded.av === null) return say({ type: 'unavailable', message: `node-av is not installed for this machine (${loaded.reason})` })
  // Only now: it needs the native module's constants.
  const { Refusal, runJob } = await import('./convert/index.ts')
  let lastMs = 0
  try {
    const facts = runJob(loaded.av, task, (share) => {
      const nowMs = Date.now()
      if (nowMs - lastMs < reportEveryMs) return
      lastMs = nowMs
      say({ type: 'progress', share })
    })
    say({ type: 'done', facts })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    say({ type: 'refused', code: error.code, message: error.message })
  }
}

await main()
process.exit(0)
