import { isPushProtocol } from '@sluice/base/words'
import type { CatalogueEntry } from '@sluice/contract/api'
import type { OutputClass } from '@sluice/contract/policy'

/** What the forms ask about a destination, saved or added to a channel directly. */
export type TargetForm = { name: string; platform: string; url: string; streamKey: string; class: OutputClass; tlsVerify: boolean }

/** The servers of a platform that outputs can speak to. */
export function serversOf(entry: Pick<CatalogueEntry, 'servers'>): CatalogueEntry['servers'] {
  return entry.servers.filter((server) => isPushProtocol(server.protocol))
}

/** An address with a part to fill in, as `{region}`, can't be used as it is. */
export const isTemplate = (url: string): boolean => url.includes('{')

export function targetFormOf(entry: CatalogueEntry): TargetForm {
  return {
    name: entry.category === 'generic' ? '' : entry.name.replace(/ \(.*\)$/, ''),
    platform: entry.category === 'generic' ? 'custom' : entry.id,
    url: serversOf(entry)[0]?.url ?? '',
    streamKey: '',
    class: entry.suggestedClass,
    tlsVerify: true,
  }
}

/** What an address looks like where the operator must give one. */
export function urlExample(entry: CatalogueEntry | null): string {
  if (entry?.id === 'custom-srt' || entry?.id === 'callaba') return 'srt://host:9000?streamid=publish:name'
  return entry?.id === 'custom-rtmps' ? 'rtmps://host:443/app' : 'rtmp://host/app'
}

/** What a platform's key looks like, in words; null when nothing is known. */
export function keyHint(entry: CatalogueEntry | null): string | null {
  if (entry === null || entry.keyPatternHint === null) return null
  const literal = /^\^([A-Za-z0-9_-]{2,})/.exec(entry.keyPatternHint)?.[1]
  if (literal !== undefined) return `Usually begins with ${literal}`
  return entry.id === 'youtube' ? 'Usually looks like abcd-efgh-ijkl-mnop-qrst' : null
}

/** Whether a key has its platform's usual form. Only a hint: platforms change them. */
export function isUsualKey(entry: CatalogueEntry | null, streamKey: string): boolean {
  if (entry === null || entry.keyPatternHint === null || streamKey === '') return true
  try {
    return new RegExp(entry.keyPatternHint).test(streamKey)
  } catch {
    return true
  }
}

/** Catalogue entries that a search means, best first: by the start of the name, then by any part of it. */
export function searchCatalogue(entries: readonly CatalogueEntry[], query: string): CatalogueEntry[] {
  const wanted = query.trim().toLowerCase()
  const rank = (entry: CatalogueEntry): number => {
    const name = entry.name.toLowerCase()
    return name.startsWith(wanted) ? 0 : name.includes(wanted) || entry.id.includes(wanted) ? 1 : 2
  }
  return entries
    .filter((entry) => entry.category !== 'owned' && rank(entry) < 2)
    .toSorted((a, b) => rank(a) - rank(b) || Number(b.canPush) - Number(a.canPush))
}
