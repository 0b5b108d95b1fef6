import type { CatalogueEntry, Rung, RungTemplate } from '@sluice/contract/api'

const fromTemplate = 'template:'

/** What an output may take, in groups: by itself, rungs of the channel, and templates that a rung is made of when the form is sent. */
export function rungChoices(rungs: readonly Rung[], templates: readonly RungTemplate[]) {
  const names = new Set(rungs.map(({ name }) => name))
  const groups = [
    {
      group: 'Without a rung of its own',
      items: [
        { value: 'auto', label: 'Automatic: the source where it fits, else an encode' },
        { value: 'source', label: 'Source, untouched' },
      ],
    },
    { group: 'Rungs of this channel', items: rungs.map(({ id, name }) => ({ value: id, label: name })) },
    {
      group: 'New rung from a template',
      items: templates.filter(({ name }) => !names.has(name)).map(({ id, name }) => ({ value: `${fromTemplate}${id}`, label: name })),
    },
  ]
  return groups.filter(({ items }) => items.length > 0)
}

/** The template that was chosen; null: none was. */
export function chosenTemplate(value: string, templates: readonly RungTemplate[]): RungTemplate | null {
  return templates.find(({ id }) => value === `${fromTemplate}${id}`) ?? null
}

/** What `auto` means for a destination that is not planned yet, in a sentence. */
export function autoText(entry: CatalogueEntry | null): string {
  const limits = entry === null ? [] : limitsOf(entry)
  if (entry === null || entry.category === 'generic' || limits.length === 0)
    return 'Nothing is known of what this server accepts: the source passes through.'
  return `${entry.name} accepts ${limits.join(', ')}: a source within that passes through untouched, any other is encoded.`
}

function limitsOf({ maxVideoKbps, maxFps, videoCodecs }: CatalogueEntry): string[] {
  return [
    ...(videoCodecs.length === 0 ? [] : [videoCodecs.map((codec) => codecNames[codec] ?? codec).join(' or ')]),
    ...(maxVideoKbps === null ? [] : [`up to ${maxVideoKbps} kbps`]),
    ...(maxFps === null ? [] : [`${maxFps} frames/s`]),
  ]
}
const codecNames: Readonly<Record<string, string>> = { h264: 'H.264', hevc: 'H.265', av1: 'AV1', vp9: 'VP9' }

/** What the other choices mean. */
export function wantedText(value: string, entry: CatalogueEntry | null): string {
  if (value !== 'source') return 'This output gets the rung, whatever the source is.'
  const limit = entry?.maxVideoKbps
  return limit == null
    ? 'This output gets the source as it comes.'
    : `This output gets the source as it comes. Over ${limit} kbps ${entry?.name} may refuse it, and Sluice warns you.`
}
