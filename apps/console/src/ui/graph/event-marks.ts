import type { StoredEvent } from '@sluice/contract/events'

/** A moment of a graph at which something happened that explains its line. */
export type Mark = { readonly atMs: number; readonly kind: MarkKind }
export type MarkKind = 'switch' | 'slate' | 'output'

/** What stands in a legend. */
export const markWords: Readonly<Record<MarkKind, string>> = { switch: 'Switch', slate: 'Slate', output: 'Output failed' }
/** Names in tokens.css. */
export const markColours: Readonly<Record<MarkKind, `--${string}`>> = { switch: '--warn-solid', slate: '--ink', output: '--bad-solid' }

const outputTrouble: readonly string[] = ['output.failed', 'output.disabled', 'output.stalled', 'output.backoff']

/** Switches, slates and failures of outputs; `outputId`: of this output alone. A switch out of nothing is the beginning of a show. */
export function eventMarks(events: readonly StoredEvent[], outputId?: string): Mark[] {
  return events.flatMap((event): Mark[] => {
    const atMs = Date.parse(event.at)
    if (event.name === 'source.switched' && event.data['from'] !== 'none' && event.data['to'] !== 'none')
      return [{ atMs, kind: event.data['to'] === 'slate' ? 'slate' : 'switch' }]
    const isOwn = outputId === undefined || event.subjectId === outputId
    return outputTrouble.includes(event.name) && isOwn ? [{ atMs, kind: 'output' }] : []
  })
}
