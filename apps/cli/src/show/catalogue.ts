import type { CatalogueEntry } from '@sluice/contract/api'
import type { Style } from './style.ts'
import { formatTable } from './table.ts'
import { plain } from './text.ts'

/** A table of platforms with what they take. */
export function formatCatalogue(entries: readonly CatalogueEntry[], style: Style): string {
  if (entries.length === 0) return 'No platform matches. Any RTMP, RTMPS or SRT address works with --url.\n'
  const heads = ['id', 'name', 'class', 'max video', 'keyframe', 'server']
  const rows = entries.map((entry) => [
    entry.id,
    plain(entry.name),
    entry.suggestedClass,
    entry.maxVideoKbps === null ? '-' : `${entry.maxVideoKbps} kbps`,
    entry.keyframeSeconds === null ? '-' : `${entry.keyframeSeconds} s`,
    entry.canPush ? plain(entry.servers[0]?.url ?? 'copy it from the platform') : style.dim('not supported yet'),
  ])
  return formatTable(
    heads.map((head) => ({ head })),
    rows,
  )
}

/** Entries whose id, name or category holds every word of the search, in any case. */
export function searchCatalogue(entries: readonly CatalogueEntry[], search: string): CatalogueEntry[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return entries.filter((entry) => words.every((word) => `${entry.id} ${entry.name} ${entry.category}`.toLowerCase().includes(word)))
}
