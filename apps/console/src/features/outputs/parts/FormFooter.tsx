import { Button, Group } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'

type Props = { action: string; isBusy: boolean; onBack(): void; back?: string }

/** The way back at the left, the way on at the right. */
export function FormFooter({ action, isBusy, onBack, back = 'Back' }: Props) {
  return (
    <Group justify="space-between">
      <Button variant="subtle" leftSection={back === 'Back' && <IconChevronLeft size={17} aria-hidden />} onClick={onBack}>
        {back}
      </Button>
      <Button type="submit" loading={isBusy}>
        {action}
      </Button>
    </Group>
  )
}
