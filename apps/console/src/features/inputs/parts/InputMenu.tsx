import { ActionIcon, Menu } from '@mantine/core'
import { type InputRole, roleName } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { IconArrowsExchange, IconDots, IconKey, IconListDetails, IconTool, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { formatSpan } from '../../../ui/format/index.ts'
import { useAsk } from '../../../ui/intent/index.ts'
import type { Input } from '../input-look.ts'
import { useMoveInput, usePatchInput, useRemoveInput } from '../use-inputs.ts'

type Question = { readonly do: 'remove' | 'maintenance' } | { readonly do: 'move'; readonly to: InputRole }

/** Its details and its address, and what is rarely done to an input: maintenance, swapping it with another, and removing it; each after a question. */
export function InputMenu({ channel, input, canWrite }: { channel: Channel; input: Input; canWrite: boolean }) {
  const ask = useAsk()
  const [question, setQuestion] = useState<Question | null>(null)
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
          <Menu.Item leftSection={<IconListDetails size={16} aria-hidden />} onClick={() => ask({ kind: 'show-input', role: input.role })}>
            Details
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => ask({ kind: 'show-address', role: input.role })}>
            Address and key
          </Menu.Item>
          {canWrite && <Menu.Divider />}
          {canWrite && (
            <Menu.Item
              leftSection={<IconTool size={16} aria-hidden />}
              onClick={() => (input.maintenance ? patch.mutate({ maintenance: false }) : setQuestion({ do: 'maintenance' }))}
            >
              {input.maintenance ? 'End maintenance' : 'Put into maintenance'}
            </Menu.Item>
          )}
          {canWrite && <Menu.Divider />}
          {canWrite &&
            others.map(({ role }) => (
              <Menu.Item
                key={role}
                leftSection={<IconArrowsExchange size={16} aria-hidden />}
                onClick={() => setQuestion({ do: 'move', to: role })}
              >
                Swap with {roleName(role)}
              </Menu.Item>
            ))}
          {canWrite && isRemovable && <Menu.Divider />}
          {canWrite && isRemovable && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setQuestion({ do: 'remove' })}>
              Remove
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {question?.do === 'maintenance' && <StartMaintenance channel={channel} input={input} onClose={() => setQuestion(null)} />}
      {question?.do === 'remove' && <RemoveInput channel={channel} input={input} onClose={() => setQuestion(null)} />}
      {question?.do === 'move' && <MoveInput channel={channel} input={input} to={question.to} onClose={() => setQuestion(null)} />}
    </>
  )
}

type Asked = { channel: Channel; input: Input; onClose(): void }

function StartMaintenance({ channel, input, onClose }: Asked) {
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
      Its encoder stays connected and is still measured, but failover does not use this input until maintenance ends.
      {channel.source === input.role && ' It is on air: the best other input takes over at once, if one is ready.'}
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
      Its stream key stops working, and an encoder that uses it is cut off.
      {isOnAir && ' It is on air: the best other input takes over at once.'}
      {channel.lock === input.role && ' The lock on it is lifted.'}
    </ConfirmDialog>
  )
}

function MoveInput({ channel, input, to, onClose }: Asked & { to: InputRole }) {
  const move = useMoveInput(channel.id)
  return (
    <ConfirmDialog
      isOpen
      title={`Swap ${roleName(input.role)} and ${roleName(to)}?`}
      action="Swap"
      isBusy={move.isPending}
      error={move.error}
      onConfirm={() => move.mutate({ inputId: input.id, role: to }, { onSuccess: onClose })}
      onClose={onClose}
    >
      Encoders stay connected, and the input on air stays there for now. An input with a higher priority takes over after{' '}
      {formatSpan(channel.failover.holdMs)} without errors. A lock stays with its input.
    </ConfirmDialog>
  )
}
