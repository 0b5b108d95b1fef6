import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { inputRoles } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { IconPlus } from '@tabler/icons-react'
import { sourceTitle } from '../../../ui/state/index.ts'
import { useAddInput } from '../use-inputs.ts'

/** Adds a further backup; absent when the channel has all that it can have. */
export function AddInput({ channel }: { channel: Channel }) {
  const add = useAddInput(channel.id)
  if (channel.inputs.length >= inputRoles.length) return null
  const onError = (error: Error): void => void notifications.show({ color: 'red', title: 'Input not added', message: error.message })
  const onSuccess = (input: Channel['inputs'][number]): void =>
    void notifications.show({
      title: `${sourceTitle(input.role)} added`,
      message: 'Its address and key are on its line under Inputs.',
    })
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      leftSection={<IconPlus size={16} aria-hidden />}
      loading={add.isPending}
      onClick={() => add.mutate(undefined, { onSuccess, onError })}
    >
      Add input
    </Button>
  )
}
