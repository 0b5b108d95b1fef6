import assert from 'node:assert/strict'
import { until } from '../support/wait.ts'
import type { FullSluice } from './full-sluice.ts'
import type { NumberedShow } from './numbered-show.ts'

/** Waits until Sluice is ready, all outputs of the shows are live and frames come at each far end: what it has to be after every fault. */
export async function untilAllWell(sluice: FullSluice, shows: readonly NumberedShow[], withinMs = 40_000): Promise<void> {
  await until('it is ready', async () => (await sluice.ready()) === 200, withinMs)
  for (const show of shows) {
    const { name } = show.channel
    await until(`${name} is live`, async () => (await show.states()).every((state) => state === 'live'), withinMs)
    const before = show.figures()
    await until(`${name} has frames`, () => show.figures().every(({ received }, i) => received > before[i]!.received), withinMs).catch(
      (error: Error) => assert.fail(`${error.message}; its source: ${show.lastLoss() || 'goes on'}; ${JSON.stringify(show.figures())}`),
    )
  }
}

/** Longer without a frame than a viewer's buffer holds; on a machine that others use as well it is the machine that is judged. */
const maxHoleMs = 3000

/** Nothing of these shows was lost, repeated, replaced or reconnected. */
export async function assertUntouched(...shows: readonly NumberedShow[]): Promise<void> {
  assert.deepEqual(
    shows.flatMap((show) => show.faults(maxHoleMs)),
    [],
  )
  for (const show of shows) assert.equal(await show.reconnects(), 0)
}
