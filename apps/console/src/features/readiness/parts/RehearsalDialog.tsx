import { Button, Loader, Modal, SegmentedControl, Stack } from '@mantine/core'
import { roleName } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { useNow } from '../../../live/index.ts'
import { CheckLine } from '../../../ui/checks/index.ts'
import { DialogFooter, ProblemNote } from '../../../ui/form/index.ts'
import { formatSpan } from '../../../ui/format/index.ts'
import { type Stage, useStartRehearsal, useVerdict } from '../use-rehearsal.ts'
import styles from './RehearsalDialog.module.css'

const firsts: Readonly<Record<Stage, string>> = {
  live: 'Check the backup: it must be connected and sending, and the source must be on auto.',
  shadow: 'Check the trigger in the failover settings and the load on this machine.',
}

type Props = { channel: Channel; isOpen: boolean; onClose(): void }

/** Cuts the primary inside Sluice, after a question, and shows how the switch went. */
export function RehearsalDialog({ channel, isOpen, onClose }: Props) {
  const { mutate, data: started, error, isPending, reset } = useStartRehearsal(channel.id)
  const canBeLive = channel.source === 'primary' && channel.lock === 'auto'
  const [chosen, choose] = useState<Stage | null>(null)
  const on = chosen ?? (canBeLive ? 'live' : 'shadow')
  const verdict = useVerdict(channel.id, started?.rehearsalId)
  const isRunning = started !== undefined && verdict === null
  const begin = (): void => {
    // What is on the air may change before the verdict: the stage stays.
    choose(on)
    mutate(on)
  }
  const close = (): void => {
    onClose()
    if (isRunning) return
    reset()
    choose(null)
  }
  return (
    <Modal opened={isOpen} onClose={close} title={`Rehearse failover of ${channel.name}`} size="md">
      <Stack gap="md" aria-busy={isRunning}>
        {started === undefined && (
          <>
            <SegmentedControl
              aria-label="Where"
              value={on}
              onChange={(value) => choose(value === 'live' ? 'live' : 'shadow')}
              data={[
                { value: 'live', label: 'On the live channel', disabled: !canBeLive },
                { value: 'shadow', label: 'On a shadow copy' },
              ]}
            />
            <p className={styles.text}>
              For 15 s Sluice ignores the primary, as if its cable were cut. A backup must be on air in under 4 s.{' '}
              {on === 'live'
                ? `No output may reconnect. Your viewers see the backup until the primary has been clean for ${formatSpan(channel.failover.holdMs)}.`
                : "A shadow copy uses this channel's rules and generated sources. It needs no encoder, sends to no output, and viewers don't see it."}
              {!canBeLive && ' To rehearse on the live channel, the primary must be on air and the source on auto.'}
            </p>
          </>
        )}
        {isRunning && <Running endsAt={started.endsAt} on={on} />}
        {verdict !== null && (
          <ul className={styles.result} role="status">
            <CheckLine
              verdict={verdict.passed ? 'pass' : 'fail'}
              title={verdict.passed ? 'Passed' : 'Failed'}
              text={verdict.message}
              firstTry={verdict.passed ? null : firsts[verdict.on ?? 'live']}
            >
              <span className={styles.figures}>
                Allowed: {verdict.limitMs} ms · output reconnects: {verdict.reconnects} · source at the end: {roleName(verdict.source)}
              </span>
            </CheckLine>
          </ul>
        )}
        <ProblemNote error={error} />
        <DialogFooter>
          <Button variant="default" onClick={close} data-autofocus>
            {started === undefined ? 'Cancel' : 'Close'}
          </Button>
          {!isRunning && (
            <Button {...(started === undefined && on === 'live' ? { color: 'red' } : {})} onClick={() => begin()} loading={isPending}>
              {started !== undefined ? 'Rehearse again' : on === 'live' ? 'Cut the primary now' : 'Rehearse now'}
            </Button>
          )}
        </DialogFooter>
      </Stack>
    </Modal>
  )
}

function Running({ endsAt, on }: { endsAt: string; on: Stage }) {
  const leftS = Math.ceil((Date.parse(endsAt) - useNow()) / 1000)
  return (
    <p className={styles.waiting} role="status">
      <Loader size={18} />{' '}
      {leftS > 0
        ? on === 'live'
          ? `The primary is cut, ${leftS} s to go`
          : `Running on the shadow copy, ${leftS} s to go`
        : 'Waiting for the result'}
    </p>
  )
}
