import assert from 'node:assert/strict'
import { after } from 'node:test'
import { type EventDraft, faultOfData } from '@sluice/contract/link'

/** Keeps what a channel tells in `events`. The test file fails at its end if figures of one are not what control takes. */
export function keepTold(events: EventDraft[]): (draft: EventDraft) => void {
  const faults: string[] = []
  after(() => assert.deepEqual(faults, []))
  return (draft) => {
    events.push(draft)
    // As it crosses the link: what is undefined is gone.
    const fault = faultOfData(draft.name, JSON.parse(JSON.stringify(draft.data ?? {})))
    if (fault !== null) faults.push(fault)
  }
}
