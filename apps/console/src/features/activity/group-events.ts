import type { StoredEvent } from '@sluice/contract/events'

/** One line of a list: an event, or the retries of one output in a row, by the newest of them. */
export type EventLine = { readonly event: StoredEvent; readonly count: number; readonly sinceAt: string }

const tryNames: readonly StoredEvent['name'][] = ['output.connecting', 'output.backoff', 'output.stalled']

/** Newest first, as the events come. What else happened between two retries does not part them; another state of the output does. */
export function groupRetries(events: readonly StoredEvent[]): EventLine[] {
  const lines: EventLine[] = []
  /** Where in `lines` the run of an output stands that may still grow. */
  const open = new Map<string, number>()
  for (const event of events) {
    const { name, subjectId, at } = event
    if (subjectId === null || !name.startsWith('output.')) {
      lines.push({ event, count: 1, sinceAt: at })
      continue
    }
    const place = open.get(subjectId)
    if (!tryNames.includes(name)) {
      open.delete(subjectId)
      lines.push({ event, count: 1, sinceAt: at })
    } else if (place === undefined) {
      open.set(subjectId, lines.length)
      lines.push({ event, count: 1, sinceAt: at })
    } else {
      const line = lines[place]!
      // What says why it failed says more than that it tries again.
      const isTelling = line.event.name === 'output.connecting' && name !== 'output.connecting'
      lines[place] = { event: isTelling ? { ...event, at: line.event.at } : line.event, count: line.count + 1, sinceAt: at }
    }
  }
  return lines
}
