import { messageOf } from '@sluice/base/errors'
import { ProblemError, type ServiceContext } from '../index.ts'

/** Makes the built-in test card where it is not there yet, and gives its path. Rejects when it can't be made here. */
export type TestCard = () => Promise<string>

/** It takes some seconds, and longer while a clip is being converted: then the input waits for it, and not the caller. */
const patienceMs = 8000

/** Waits for the test card before an input is told to play it. Refuses where it can't be made. */
export async function waitForTestCard({ platform }: ServiceContext, testCard: TestCard): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = platform.clock.after(patienceMs, resolve)
  try {
    await Promise.race([testCard(), late])
  } catch (error) {
    const why = messageOf(error)
    throw new ProblemError('CLIP_NOT_READY', `The test card cannot be created: ${why}`)
  } finally {
    timer.cancel()
  }
}
