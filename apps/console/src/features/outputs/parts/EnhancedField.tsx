import { Checkbox, Stack } from '@mantine/core'
import type { CatalogueEntry, EnhancedMode } from '@sluice/contract/api'

type Props = { entry: CatalogueEntry | null; value: EnhancedMode; onChange(mode: EnhancedMode): void }

/** Enhanced Broadcasting, where the platform has it. */
export function EnhancedField({ entry, value, onChange }: Props) {
  if (entry?.enhancedBroadcasting !== true) return null
  return (
    <Stack gap={8}>
      <Checkbox
        label="Enhanced Broadcasting"
        description={`Asks ${entry.name} before each broadcast which sizes it wants, and sends them all in one stream. Sizes that your encoder does not send are encoded here`}
        checked={value !== 'off'}
        onChange={(event) => onChange(event.currentTarget.checked ? 'on' : 'off')}
      />
      {value !== 'off' && (
        <Checkbox
          label={`Send nothing if ${entry.name} refuses`}
          description="Otherwise it gets one size, as without Enhanced Broadcasting"
          checked={value === 'only'}
          onChange={(event) => onChange(event.currentTarget.checked ? 'only' : 'on')}
        />
      )}
    </Stack>
  )
}
