import { ActionIcon, Button, Menu } from '@mantine/core'
import type { Output } from '@sluice/contract/api'
import { IconDots, IconPencil, IconPlayerPlayFilled, IconPlayerStopFilled, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { outputStateName } from '../../../ui/state/index.ts'
import { useDeleteOutput, useOutputIntent } from '../use-outputs.ts'
import { EditOutputDialog } from './EditOutputDialog.tsx'

/** Start or stop, try again where that helps, and the rest in a menu. Stopping what is live asks first. */
export function OutputActions({ output }: { output: Output }) {
  const [open, setOpen] = useState<'edit' | 'stop' | 'delete' | null>(null)
  const intent = useOutputIntent(output)
  const remove = useDeleteOutput(output)
  const state = outputStateName(output)
  const isRunning = output.desired === 'running'
  const canRetry = isRunning && output.isTroubled && state !== 'live'
  const stop = (): void => (state === 'live' ? setOpen('stop') : intent.mutate('stop'))
  return (
    <>
      {canRetry ? (
        <Button
          size="compact-md"
          fz="sm"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={intent.isPending}
          onClick={() => intent.mutate('rearm')}
        >
          Retry now<span className="visually-hidden">: {output.name}</span>
        </Button>
      ) : (
        <Button
          variant="default"
          size="compact-md"
          fz="sm"
          leftSection={isRunning ? <IconPlayerStopFilled size={15} aria-hidden /> : <IconPlayerPlayFilled size={15} aria-hidden />}
          loading={intent.isPending}
          onClick={isRunning ? stop : () => intent.mutate('start')}
        >
          {isRunning ? 'Stop' : 'Start'}
          <span className="visually-hidden"> {output.name}</span>
        </Button>
      )}
      <Menu width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" size={34} aria-label={`More for ${output.name}`}>
            <IconDots size={19} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {canRetry && (
            <Menu.Item leftSection={<IconPlayerStopFilled size={16} aria-hidden />} onClick={stop}>
              Stop
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen('edit')}>
            Edit
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen('delete')}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={open === 'stop'}
        title={`Stop ${output.name}?`}
        action="Stop output"
        isBusy={intent.isPending}
        error={null}
        onConfirm={() => intent.mutate('stop', { onSettled: () => setOpen(null) })}
        onClose={() => setOpen(null)}
      >
        It is live now. Its viewers lose the stream, and the platform may end the broadcast. Other outputs are not affected.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={open === 'delete'}
        title={`Delete ${output.name}?`}
        action="Delete output"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setOpen(null) })}
        onClose={() => setOpen(null)}
      >
        {state === 'live' && <b>It is live now: its viewers lose the stream. </b>}
        Sluice also deletes its server address and key, unless they are saved under Destinations. Other outputs are not affected.
      </ConfirmDialog>
      {open === 'edit' && <EditOutputDialog output={output} onClose={() => setOpen(null)} />}
    </>
  )
}
