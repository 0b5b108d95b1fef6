import { ActionIcon, Button, Menu } from '@mantine/core'
import type { ChannelStats, Output } from '@sluice/contract/api'
import {
  IconDots,
  IconKey,
  IconListDetails,
  IconPencil,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconSwitchHorizontal,
  IconTrash,
} from '@tabler/icons-react'
import { useState } from 'react'
import type { Sample } from '../../../live/index.ts'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import type { Point } from '../../../ui/graph/index.ts'
import { useIntent } from '../../../ui/intent/index.ts'
import { outputStateName } from '../../../ui/state/index.ts'
import { EditOutputDialog, OutputDetailsDialog } from '../lazy-dialogs.tsx'
import { useDeleteOutput, useOutputIntent } from '../use-outputs.ts'

type Props = {
  output: Output
  stats: ChannelStats['outputs'][number] | undefined
  history: readonly Sample[]
  points: readonly Point[]
  /** The attention row asks for the same: the one filled action of the page, said twice. */
  isUrgent: boolean
  canWrite: boolean
}

type Open = 'details' | 'edit' | 'stop' | 'delete' | 'switch' | null

const keyKinds: readonly string[] = ['auth', 'publish-rejected', 'duplicate-publisher']

/** The one thing that helps now, and the rest in a menu. Stopping what is live asks first. */
export function OutputActions({ output, stats, history, points, isUrgent, canWrite }: Props) {
  const [open, setOpen] = useState<Open>(null)
  const intent = useOutputIntent(output)
  const remove = useDeleteOutput(output)
  const state = outputStateName(output)
  const isRunning = output.desired === 'running'
  const canRetry = isRunning && output.isTroubled && state !== 'live'
  const handover = output.actual?.handover?.state
  const canSwitchNow = state === 'live' && (handover === 'backoff' || handover === 'failed')
  const isKey = canRetry && keyKinds.includes(output.actual?.reason?.kind ?? '') && (state === 'failed' || state === 'disabled')
  const stop = (): void => (state === 'live' ? setOpen('stop') : intent.mutate('stop'))
  const close = (): void => setOpen(null)
  useIntent('replace-key', ({ outputId }) => outputId === output.id && setOpen('edit'))
  useIntent('retry', ({ outputId }) => outputId === output.id && intent.mutate('rearm'))
  const variant = isUrgent ? 'filled' : 'default'
  const common = { size: 'compact-md', h: 32, fz: 'sm', loading: intent.isPending } as const
  return (
    <>
      {canWrite &&
        (isKey ? (
          <Button {...common} variant={variant} leftSection={<IconKey size={16} aria-hidden />} onClick={() => setOpen('edit')}>
            Replace key<span className="visually-hidden">: {output.name}</span>
          </Button>
        ) : canRetry ? (
          <Button {...common} variant={variant} leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => intent.mutate('rearm')}>
            Retry now<span className="visually-hidden">: {output.name}</span>
          </Button>
        ) : canSwitchNow ? (
          <Button
            {...common}
            variant={variant}
            leftSection={<IconSwitchHorizontal size={16} aria-hidden />}
            onClick={() => setOpen('switch')}
          >
            Switch now
          </Button>
        ) : (
          <Button
            {...common}
            variant="default"
            leftSection={isRunning ? <IconPlayerStopFilled size={15} aria-hidden /> : <IconPlayerPlayFilled size={15} aria-hidden />}
            onClick={isRunning ? stop : () => intent.mutate('start')}
          >
            {isRunning ? 'Stop' : 'Start'}
            <span className="visually-hidden"> {output.name}</span>
          </Button>
        ))}
      <Menu width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" size={34} aria-label={`More for ${output.name}`}>
            <IconDots size={19} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconListDetails size={16} aria-hidden />} onClick={() => setOpen('details')}>
            Details
          </Menu.Item>
          {canWrite && (
            <>
              {isKey && (
                <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => intent.mutate('rearm')}>
                  Retry now
                </Menu.Item>
              )}
              {(canRetry || canSwitchNow) && (
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
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={open === 'stop'}
        title={`Stop ${output.name}?`}
        action="Stop output"
        isBusy={intent.isPending}
        error={null}
        onConfirm={() => intent.mutate('stop', { onSettled: close })}
        onClose={close}
      >
        It is live now. Its viewers lose the stream, and the platform may end the broadcast. Other outputs are not affected.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={open === 'switch'}
        title={`Switch ${output.name} to the new key now?`}
        action="Switch now"
        isBusy={intent.isPending}
        error={intent.error}
        onConfirm={() => intent.mutate('rearm', { onSuccess: close })}
        onClose={close}
      >
        The session that is live now ends at once. If the new key does not work, {output.name} is off the air until it does.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={open === 'delete'}
        title={`Delete ${output.name}?`}
        action="Delete output"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: close })}
        onClose={close}
      >
        {state === 'live' && <b>It is live now: its viewers lose the stream. </b>}
        Sluice also deletes its server address and key, unless they are saved under Destinations. Other outputs are not affected.
      </ConfirmDialog>
      {open === 'edit' && <EditOutputDialog output={output} onClose={close} />}
      {open === 'details' && <OutputDetailsDialog output={output} stats={stats} history={history} points={points} onClose={close} />}
    </>
  )
}
