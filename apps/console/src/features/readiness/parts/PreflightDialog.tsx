import { Button, Loader, Modal, Stack } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { useEffect } from 'react'
import { CheckList } from '../../../ui/checks/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { usePreflight } from '../use-readiness.ts'
import styles from './PreflightDialog.module.css'

const summaries = {
  pass: 'All checks passed. Ready to go live.',
  warn: 'You can go live. Check the warnings first.',
  fail: 'Fix these before you go live.',
} as const

/** All checks of a channel, run when the dialog opens. No output on the air is disturbed by it. */
export function PreflightDialog({ channel, isOpen, onClose }: { channel: Channel; isOpen: boolean; onClose(): void }) {
  const { mutate, data, error, isPending } = usePreflight(channel.id)
  useEffect(() => {
    if (isOpen) mutate()
  }, [isOpen, mutate])
  return (
    <Modal opened={isOpen} onClose={onClose} size={760} title={`Preflight check of ${channel.name}`}>
      <Stack gap="md" aria-busy={isPending}>
        <ProblemNote error={error} />
        {isPending && (
          <p className={styles.waiting} role="status">
            <Loader size={18} /> Checking the source, each output and its server
          </p>
        )}
        {!isPending && data && (
          <>
            <p className={styles.summary} role="status">
              {summaries[data.verdict]}
            </p>
            <section aria-label="Channel">
              <h3 className={styles.head}>Channel</h3>
              <CheckList checks={data.checks} />
            </section>
            {data.outputs.map((output) => (
              <section key={output.outputId} aria-label={output.name}>
                <h3 className={styles.head}>{output.name}</h3>
                <CheckList checks={output.checks} />
              </section>
            ))}
          </>
        )}
        <Button variant="default" onClick={() => mutate()} disabled={isPending}>
          Check again
        </Button>
      </Stack>
    </Modal>
  )
}
