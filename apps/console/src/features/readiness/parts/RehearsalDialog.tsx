import { Button, Group, Loader, Modal, Stack } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { roleName } from '@sluice/contract/link'
import { useNow } from '../../../live/index.ts'
import { CheckLine } from '../../../ui/checks/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { formatSpan } from '../../../ui/format/index.ts'
import { useStartRehearsal, useVerdict } from '../use-rehearsal.ts'
import styles from './RehearsalDialog.module.css'

type Props = { channel: Channel; isOpen: boolean; onClose(): void }

/** Cuts the primary from inside, after a question, and shows what the switch made of it. */
export function RehearsalDialog({ channel, isOpen, onClose }: Props) {
  const { mutate, data: started, error, isPending, reset } = useStartRehearsal(channel.id)
  const verdict = useVerdict(channel.id, started?.rehearsalId)
  const isRunning = started !== undefined && verdict === null
  const close = (): void => {
    onClose()
    if (!isRunning) reset()
  }
  return (
    <Modal opened={isOpen} onClose={close} title={`Rehearse the failover of ${channel.name}`} size="md">
      <Stack gap="md" aria-busy={isRunning}>
        {started === undefined && (
          <p className={styles.text}>
            For 15 s the primary is left out from inside, as if its cable were cut. A backup has to be on the air in under 4 s, and no
            output may reconnect. Your viewers see it until the primary was clean for {formatSpan(channel.failover.holdMs)}.
          </p>
        )}
        {isRunning && <Running endsAt={started.endsAt} />}
        {verdict !== null && (
          <ul className={styles.result} role="status">
            <CheckLine
              verdict={verdict.passed ? 'pass' : 'fail'}
              title={verdict.passed ? 'Passed' : 'Failed'}
              text={verdict.message}
              firstTry={verdict.passed ? null : 'Look at the backups: one must be connected and sending, and the source must be on auto.'}
            >
              <span className={styles.figures}>
                Allowed: {verdict.limitMs} ms · output reconnects: {verdict.reconnects} · source at the end: {roleName(verdict.source)}
              </span>
            </CheckLine>
          </ul>
        )}
        <ProblemNote error={error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close} data-autofocus>
            {started === undefined ? 'Cancel' : 'Close'}
          </Button>
          {!isRunning && (
            <Button color={started === undefined ? 'red' : 'gray'} onClick={() => mutate()} loading={isPending}>
              {started === undefined ? 'Cut the primary now' : 'Rehearse again'}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

function Running({ endsAt }: { endsAt: string }) {
  const leftS = Math.ceil((Date.parse(endsAt) - useNow()) / 1000)
  return (
    <p className={styles.waiting} role="status">
      <Loader size={18} /> {leftS > 0 ? `The primary is cut, ${leftS} s to go` : 'Counting what it did to the outputs'}
    </p>
  )
}
