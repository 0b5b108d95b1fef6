import { Select } from '@mantine/core'
import { pageOf, paths, Rung } from '@sluice/contract/api'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../../live/index.ts'

type Props = { channelId: string; value: string; error: string | undefined; onChange(rung: string): void }

/** What an output takes: what fits it, the source as it comes, or one of the channel's rungs. */
export function RungField({ channelId, value, error, onChange }: Props) {
  const { data: rungs = [] } = useQuery({
    queryKey: ['rungs', channelId],
    queryFn: async () => (await call('GET', paths.channelRungs(channelId), pageOf(Rung))).items,
  })
  const choices = [
    { value: 'auto', label: 'Automatic: the source where it fits, else an encode' },
    { value: 'source', label: 'Source, untouched' },
    ...rungs.map(({ id, name }) => ({ value: id, label: name })),
  ]
  return (
    <Select
      label="Encode"
      description="A live output moves at a key frame"
      allowDeselect={false}
      data={choices}
      value={value}
      onChange={(rung) => onChange(rung ?? value)}
      error={error}
    />
  )
}
