import { runCrowd } from './crowd.ts'
import type { Place } from './place.ts'

// Started by startCrowd. The crowd is a process of its own, so that what it does is not taken for what it costs the shows.
const over = new AbortController()
process.on('disconnect', () => process.exit(0))
process.on('message', async (message: { place: Place; seed: number } | 'leave') => {
  if (message === 'leave') return over.abort()
  const report = await runCrowd(message.place, message.seed, over.signal)
  process.send?.(report, () => process.exit(0))
})
