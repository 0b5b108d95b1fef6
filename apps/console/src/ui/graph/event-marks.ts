import type { StoredEvent } from '@sluice/contract/events'

/** A moment of a graph at which something happened that explains its line. */
export type Mark = { readonly atMs: number; readonly kind: MarkKind }
export type MarkKind = 'switch' | 'slate' | 'output'

/** What stands in a legend. */
export const markWords: Readonly<Record<MarkKind, string>> = { switch: 'Switch', slate: 'Slate', output: 'Output failed' }
/** Told apart by more than their hue. `colour`: a name in tokens.css. */
export const markLooks: Readonly<Record<MarkKind, { readonly colour: `--${string}`; readonly line: 'dotted' | 'dashed' | 'solid' }>> = {
  switch: { colour: '--warn-solid', line: 'dotted' },
  slate: { colour: '--ink', line: 'dashed' },
  output: { colour: '--bad-solid', line: 'solid' },
}

const outputTrouble: readonly string[] = ['output.failed', 'output.disabled', 'output.stalled', 'output.backoff']

/**
 * Switches, slates, and where an output began to fail, oldest first; its retries are no news. `outputId`: of this output alone. `events` come
 * newest first. A switch out of nothing is the beginning of a show.
 */
export function eventMarks(events: readonly StoredEvent[], outputId?: string): Mark[] {
  const failing = new Set<string | null>()
  return events.toReversed().flatMap((event): Mark[] => {
    const { name, data, subjectId } = event
    const atMs = Date.parse(event.at)
    if (name === 'source.switched' && data['from'] !== 'none' && data['to'] !== 'none')
      return [{ atMs, kind: data['to'] === 'slate' ? 'slate' : 'switch' }]
    if (name === 'output.live') failing.delete(subjectId)
    if (!outputTrouble.includes(name) || failing.has(subjectId)) return []
    failing.add(subjectId)
    return outputId === undefined || subjectId === outputId ? [{ atMs, kind: 'output' }] : []
  })
}
