import { CatalogueEntry, pageOf, paths } from '@sluice/contract/api'
import type { Context } from '../context.ts'
import { formatCatalogue, searchCatalogue } from '../show/catalogue.ts'

/** `sluice catalogue [SEARCH]` */
export async function showCatalogue({ api, show, style }: Context, search: string): Promise<void> {
  const { items } = await api.get(paths.catalogue, pageOf(CatalogueEntry))
  const found = searchCatalogue(items, search)
  show(found, () => formatCatalogue(found, style))
}
