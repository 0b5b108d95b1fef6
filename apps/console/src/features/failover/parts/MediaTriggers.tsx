import { NumberInput, Stack, Switch } from '@mantine/core'
import type { FailoverForm } from '../failover-form.ts'

type Props = { form: FailoverForm; onChange(change: Partial<FailoverForm>): void }

const switches = [
  { field: 'noKeyFrame', label: 'No key frame', about: 'None for two of the usual groups of pictures' },
  { field: 'timeStall', label: 'Time stands still', about: 'Frames come, their time stamps do not go on' },
  { field: 'audioLoss', label: 'Audio gone', about: 'Video comes, the audio that was there does not' },
] as const

/** Faults that are seen without decoding: each is off until it is wanted. */
export function MediaTriggers({ form, onChange }: Props) {
  return (
    <Stack gap="sm">
      {switches.map(({ field, label, about }) => (
        <Switch
          key={field}
          label={label}
          description={about}
          checked={form[field]}
          onChange={(event) => onChange({ [field]: event.currentTarget.checked })}
        />
      ))}
      <NumberInput
        label="Bitrate under"
        description="Of what is usual, over four seconds. 0: not looked at. A still slide may fall low too: begin with 10 %"
        suffix=" %"
        allowDecimal={false}
        min={0}
        max={90}
        step={5}
        value={form.bitratePercent}
        onChange={(given) => onChange({ bitratePercent: Number(given) })}
      />
    </Stack>
  )
}
