import { NumberInput, Stack, Switch } from '@mantine/core'
import type { FailoverForm } from '../failover-form.ts'

type Props = { form: FailoverForm; onChange(change: Partial<FailoverForm>): void }

const switches = [
  { field: 'noKeyFrame', label: 'No keyframes', about: 'None for twice the usual interval' },
  { field: 'timeStall', label: 'Stuck timestamps', about: 'Frames arrive, but timestamps stand still' },
  { field: 'audioLoss', label: 'Lost audio', about: 'Video arrives, but the audio has stopped' },
] as const

/** Faults that show without decoding. Each is off by default. */
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
        label="Bitrate below"
        description="Percent of the usual bitrate, over 4 s. 0 turns this off. A still slide can be low too: start with 10%."
        suffix="%"
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
