import { Button, Loader, Modal, Stack } from '@mantine/core'
import type { Channel, Preflight, PreflightCheck } from '@sluice/contract/api'
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
            {sectionsOf(data).map(({ id, name, checks }) => (
              <section key={id} aria-label={name}>
                <h3 className={styles.head}>{name}</h3>
                <CheckList checks={checks} />
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

type Section = { readonly id: string; readonly name: string; readonly checks: readonly PreflightCheck[] }
const ranks: readonly PreflightCheck['verdict'][] = ['fail', 'warn', 'skip', 'pass']
const worstOf = ({ checks }: Section): number =>
  Math.min(...checks.map(({ verdict }) => (verdict === 'skip' ? ranks.length : ranks.indexOf(verdict))))

/** The channel and its outputs, those with failures first, then those with warnings; else in their own order. */
function sectionsOf({ checks, outputs }: Preflight): Section[] {
  const sections = [
    { id: 'channel', name: 'Channel', checks },
    ...outputs.map((output) => ({ ...output, id: output.outputId ?? output.name })),
  ]
  return sections.toSorted((a, b) => worstOf(a) - worstOf(b))
}
