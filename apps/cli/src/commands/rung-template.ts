import { paths, RungTemplate } from '@sluice/contract/api'
import { CliError, usageError } from '../cli-error.ts'
import { pick } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatTemplates } from '../show/plan.ts'
import { plain } from '../show/text.ts'
import { newBody, type RungFlags, templatesOf } from './rung.ts'

export type TemplateFlags = RungFlags & { readonly note?: string }

/** `sluice rung template list` */
export async function listTemplates({ api, show }: Context): Promise<void> {
  const templates = await templatesOf(api)
  show(templates, () => formatTemplates(templates))
}

/** `sluice rung template add NAME` */
export async function addTemplate({ api, show }: Context, name: string, flags: TemplateFlags): Promise<void> {
  if (Array.isArray(flags.overlay))
    throw usageError('a template has no pictures over it', 'Put them on the rung: sluice rung edit CHANNEL RUNG --overlay LOGO')
  const body = await newBody(api, { ...flags, ...(flags.overlay === false ? { overlay: undefined } : {}) } as RungFlags)
  const template = await api.post(
    paths.rungTemplates,
    { name, ...(flags.note === undefined ? {} : { note: flags.note }), ...body },
    RungTemplate,
  )
  show(
    template,
    () => `Template '${plain(template.name)}' added. Use it: sluice rung add CHANNEL NAME --template '${plain(template.name)}'\n`,
  )
}

/** `sluice rung template rm TEMPLATE` */
export async function removeTemplate({ api, show }: Context, wanted: string): Promise<void> {
  const found = pick('template', wanted, await templatesOf(api))
  if (found.isShipped) throw new CliError(`'${plain(found.name)}' is a template of Sluice and cannot be deleted`)
  await api.delete(paths.rungTemplate(found.id))
  show({ id: found.id, deleted: true }, () => `Deleted template '${plain(found.name)}'. Rungs that were added from it stay.\n`)
}
