import { Select } from '@mantine/core'
import type { CatalogueEntry } from '@sluice/contract/api'
import { autoText, rungChoices, wantedText } from '../rung-choices.ts'
import { useChannelRungs, useRungTemplates } from '../use-rungs.ts'

type Props = {
  channelId: string
  value: string
  /** The platform that it goes to; null: a server of one's own. */
  entry: CatalogueEntry | null
  /** What `auto` gives this output now, by the plan; absent: it is not planned yet. */
  planned?: string | undefined
  isLive?: boolean
  error: string | undefined
  onChange(rung: string): void
}

/** What an output takes: what fits it, the source as it comes, a rung of the channel, or a new one from a template. */
export function RungField({ channelId, value, entry, planned, isLive = false, error, onChange }: Props) {
  const { data: rungs = [] } = useChannelRungs(channelId)
  const { data: templates = [] } = useRungTemplates()
  const about = value === 'auto' ? (planned ?? autoText(entry)) : wantedText(value, entry)
  return (
    <Select
      label="Encode"
      description={isLive ? `${about} A live output moves at a key frame.` : about}
      allowDeselect={false}
      data={rungChoices(rungs, templates)}
      value={value}
      onChange={(rung) => onChange(rung ?? value)}
      error={error}
    />
  )
}
