import { expect, test } from 'vitest'
import { SignedOut } from './signed-out.ts'

const nobody = async (): Promise<boolean> => false
/** Until all that waits for nothing has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

test('nothing waits before somebody was signed in', async () => {
  expect(await new SignedOut().ask(nobody)).toBe(false)
})

test('all that was refused goes on once somebody signed in again, and the next end of a session asks anew', async () => {
  const gate = new SignedOut()
  const opened: boolean[] = []
  gate.subscribe(() => opened.push(gate.isOpen()))
  gate.arm(true)
  const calls = Promise.all([gate.ask(nobody), gate.ask(nobody)])
  await settled()
  gate.settle(true)
  expect(await calls).toEqual([true, true])
  const later = gate.ask(nobody)
  await settled()
  gate.settle(false)
  expect(await later).toBe(false)
  expect(opened).toEqual([true, false, true, false])
})

test('what is refused while a session is replaced waits for the next one, and asks nobody', async () => {
  const gate = new SignedOut()
  gate.arm(true)
  const change = Promise.withResolvers<void>()
  void gate.renew(change.promise)
  let hasSession = false
  const call = gate.ask(async () => hasSession)
  hasSession = true
  change.resolve()
  expect(await call).toBe(true)
  expect(gate.isOpen()).toBe(false)
})
