import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type Channel, paths, Rollback } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { call, keys, useNow, useTimeline } from '../../../live/index.ts'
import { formatCountdown, formatTimeOfDay } from '../../../ui/format/index.ts'
import { useAsk } from '../../../ui/intent/index.ts'
import type { Mode } from '../channel-look.ts'
import { useShortcut } from '../shortcuts.tsx'
import { useHoldSlate } from '../use-channel-actions.ts'
import styles from './AttentionRow.module.css'

type Props = { channel: Channel; mode: Mode; canWrite: boolean; isMain: boolean }

/** A state that somebody chose, or that protects the show: for how long, what it means, and how it is undone. */
export function ModeBar({ channel, mode, canWrite, isMain }: Props) {
  const common = { channel, canWrite, isMain }
  switch (mode.kind) {
    case 'slate':
      return <SlateMode {...common} endsMs={mode.endsMs} />
    case 'rollback':
      return <RollbackMode {...common} rollback={mode.rollback} />
    case 'lock':
      return <LockMode {...common} lockedTo={mode.lockedTo} />
  }
}

type Common = Omit<Props, 'mode'>

/** What a press adds. */
const holdSeconds = 300

function SlateMode({ channel, endsMs, canWrite, isMain }: Common & { endsMs: number | null }) {
  const nowMs = useNow()
  const hold = useHoldSlate(channel.id)
  const count = channel.outputs.total
  const then = count === 0 ? 'Then the channel goes off air.' : `Then ${count === 1 ? 'the output closes' : 'all outputs close'}.`
  return (
    <Bar tone="bad" figure={endsMs === null ? '–' : formatCountdown(endsMs - nowMs)} unit="left">
      <p>
        <b>Viewers see the slate.</b> {then}
      </p>
      {canWrite && (
        <Button variant={isMain ? 'filled' : 'default'} loading={hold.isPending} onClick={() => hold.mutate(holdSeconds)}>
          Hold 5 min more
        </Button>
      )}
    </Bar>
  )
}

function RollbackMode({ channel, rollback, canWrite, isMain }: Common & { rollback: Rollback }) {
  const nowMs = useNow()
  const client = useQueryClient()
  const undo = useMutation({
    mutationFn: () => call('DELETE', paths.channelRollback(channel.id), Rollback),
    onSuccess(ended) {
      client.setQueryData(keys.rollback(channel.id), ended)
      void client.invalidateQueries({ queryKey: keys.outputs(channel.id) })
      void client.invalidateQueries({ queryKey: keys.channels })
    },
    onError: (error) => void notifications.show({ color: 'red', title: 'Rollback not undone', message: error.message }),
  })
  useShortcut('u', canWrite ? () => undo.mutate() : null)
  const { guard, isAutomatic, at } = rollback
  // It ends with the last of the minutes in a row that must be within the limits.
  const endsAt = isAutomatic ? (guard?.endsAt ?? null) : null
  const stopped = rollback.stopped.map(({ name }) => name).join(', ')
  return (
    <Bar
      tone="warn"
      figure={endsAt !== null ? formatCountdown(Date.parse(endsAt) - nowMs) : at === null ? '–' : formatCountdown(nowMs - Date.parse(at))}
      unit={endsAt !== null ? 'to go' : 'so far'}
    >
      <p>
        <b>Rolled back by {isAutomatic ? 'the guardrail' : (rollback.actor ?? 'an operator')}.</b>{' '}
        {stopped === '' ? 'No output was stopped.' : `Stopped: ${stopped}.`} {isAutomatic ? 'Ends when stable.' : 'Ends when you undo it.'}
      </p>
      {canWrite && (
        <Button variant={isMain ? 'filled' : 'default'} loading={undo.isPending} onClick={() => undo.mutate()}>
          Undo rollback
          <kbd className={styles.key}>U</kbd>
        </Button>
      )}
    </Bar>
  )
}

function LockMode({ channel, lockedTo, canWrite, isMain }: Common & { lockedTo: string }) {
  const nowMs = useNow()
  const { data: events = [] } = useTimeline(channel.id)
  const locked = events.find(({ name, data }) => name === 'source.locked' && data['lock'] === channel.lock)
  const ask = useAsk()
  useShortcut('u', canWrite ? () => ask({ kind: 'unlock' }) : null)
  const who = /^(.+?) locked /.exec(locked?.message ?? '')?.[1] ?? null
  return (
    <Bar
      tone="warn"
      figure={locked === undefined ? 'Locked' : formatCountdown(nowMs - Date.parse(locked.at))}
      unit={locked === undefined ? '' : 'so far'}
    >
      <p>
        <b>
          {who === null ? `The source is locked to the ${lockedTo}` : `${who} locked the ${lockedTo}`}
          {locked !== undefined && ` at ${formatTimeOfDay(locked.at).slice(0, 5)}`}.
        </b>{' '}
        If it stops, viewers get the slate, not another input.
      </p>
      {canWrite && (
        <Button variant={isMain ? 'filled' : 'default'} onClick={() => ask({ kind: 'unlock' })}>
          Undo lock
          <kbd className={styles.key}>U</kbd>
        </Button>
      )}
    </Bar>
  )
}

function Bar({ tone, figure, unit, children }: { tone: 'warn' | 'bad'; figure: string; unit: string; children: ReactNode }) {
  return (
    <section className={styles.mode} data-tone={tone} aria-label="Mode">
      <span className={styles.figure}>
        {figure}
        <small>{unit}</small>
      </span>
      {children}
    </section>
  )
}
