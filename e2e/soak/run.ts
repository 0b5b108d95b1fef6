import { parseArgs } from 'node:util'
import { runSoak } from './soak.ts'
import { formatFindings, isGood } from './verdict.ts'

/** `npm run soak:churn`: SLUICE_SOAK_MINUTES, an hour unless set; `-- --seed N` runs a seed again. */
const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: process.env['SLUICE_SOAK_MINUTES'] ?? '60' },
    seed: { type: 'string', default: process.env['SLUICE_SOAK_SEED'] ?? String(Date.now() % 0x7fffffff) },
    late: { type: 'string', default: '2000' },
    growth: { type: 'string', default: '10' },
  },
})

const over: (() => void | Promise<void>)[] = []
const hold = setInterval(() => {}, 60_000)
try {
  const { findings, crowd, load } = await runSoak(
    { after: (run) => void over.unshift(run) },
    {
      minutes: Number(flags.minutes),
      seed: Number(flags.seed),
      lateMs: Number(flags.late),
      maxGrowth: Number(flags.growth) / 100,
      say: (text) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`),
    },
  )
  const deeds = Object.entries(crowd.counts)
  console.log(`\nWhat the crowd did, ${deeds.reduce((sum, [, count]) => sum + count, 0)} times in all:`)
  for (const [name, count] of deeds.toSorted(([, a], [, b]) => b - a)) console.log(`${String(count).padStart(6)}  ${name}`)
  for (const problem of new Set(crowd.problems)) console.log(`      !  ${problem}`)
  console.log(`\n${formatFindings(findings)}\n\nseed ${flags.seed}, ${flags.minutes} min, load ${load}`)
  process.exitCode = isGood(findings) ? 0 : 1
  console.log(process.exitCode === 0 ? 'All bounds hold.' : 'A bound is broken: see FAIL above.')
} finally {
  clearInterval(hold)
  for (const run of over) await run()
}
