import { ActionIcon, Menu } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { type InputRole, roleName } from '@sluice/contract/link'
import { IconArrowsExchange, IconDots, IconTool, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { formatSpan } from '../../../ui/format/index.ts'
import type { Input } from '../input-look.ts'
import { useMoveInput, usePatchInput, useRemoveInput } from '../use-inputs.ts'

type Question = { readonly do: 'remove' | 'spare' } | { readonly do: 'move'; readonly to: InputRole }

/** What is rarely done to an input: spare it for maintenance, let it change places with another, and remove it; each after a question. */
export function InputMenu({ channel, input }: { channel: Channel; input: Input }) {
  const [question, ask] = useState<Question | null>(null)
  const others = channel.inputs.filter(({ role }) => role !== input.role)
  const patch = usePatchInput(channel.id, input.id)
  const isRemovable = input.role !== 'primary' && input.role !== 'backup'
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <ActionIcon variant="subtle" aria-label={`More for ${roleName(input.role)}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconTool size={16} aria-hidden />}
            onClick={() => (input.maintenance ? patch.mutate({ maintenance: false }) : ask({ do: 'spare' }))}
          >
            {input.maintenance ? 'End maintenance' : 'Put into maintenance'}
          </Menu.Item>
          <Menu.Divider />
          {others.map(({ role }) => (
            <Menu.Item key={role} leftSection={<IconArrowsExchange size={16} aria-hidden />} onClick={() => ask({ do: 'move', to: role })}>
              Change places with {roleName(role)}
            </Menu.Item>
          ))}
          {isRemovable && <Menu.Divider />}
          {isRemovable && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => ask({ do: 'remove' })}>
              Remove
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {question?.do === 'spare' && <SpareInput channel={channel} input={input} onClose={() => ask(null)} />}
      {question?.do === 'remove' && <RemoveInput channel={channel} input={input} onClose={() => ask(null)} />}
      {question?.do === 'move' && <MoveInput channel={channel} input={input} to={question.to} onClose={() => ask(null)} />}
    </>
  )
}

type Asked = { channel: Channel; input: Input; onClose(): void }

function SpareInput({ channel, input, onClose }: Asked) {
  const patch = usePatchInput(channel.id, input.id)
  return (
    <ConfirmDialog
      isOpen
      title={`Put ${roleName(input.role)} into maintenance?`}
      action="Put into maintenance"
      isBusy={patch.isPending}
      error={patch.error}
      onConfirm={() => patch.mutate({ maintenance: true }, { onSuccess: onClose })}
      onClose={onClose}
    >
      Its encoder stays connected and is measured, and the switch does not pick it until maintenance ends.
      {channel.source === input.role && ' It is on the air: the best of the other inputs takes over at once, if one is ready.'}
    </ConfirmDialog>
  )
}

function RemoveInput({ channel, input, onClose }: Asked) {
  const remove = useRemoveInput(channel.id)
  const isOnAir = channel.source === input.role
  return (
    <ConfirmDialog
      isOpen
      title={`Remove ${roleName(input.role)}?`}
      action="Remove"
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(input.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      Its stream key stops working, and an encoder that sends to it is cut off.
      {isOnAir && ' It is on the air: the best of the other inputs takes over at once.'}
      {channel.lock === input.role && ' The lock on it is lifted.'}
    </ConfirmDialog>
  )
}

function MoveInput({ channel, input, to, onClose }: Asked & { to: InputRole }) {
  const move = useMoveInput(channel.id)
  return (
    <ConfirmDialog
      isOpen
      title={`Let ${roleName(input.role)} and ${roleName(to)} change places?`}
      action="Change places"
      isBusy={move.isPending}
      error={move.error}
      onConfirm={() => move.mutate({ inputId: input.id, role: to }, { onSuccess: onClose })}
      onClose={onClose}
    >
      Encoders stay connected, and what is on the air stays there for now. An input that then ranks above it has the air once it was clean
      for {formatSpan(channel.failover.holdMs)}. A lock goes with its input.
    </ConfirmDialog>
  )
}
