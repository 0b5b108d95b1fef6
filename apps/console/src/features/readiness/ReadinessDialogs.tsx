import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { useRollback } from '../../live/index.ts'
import { useIntent } from '../../ui/intent/index.ts'
import { PreflightDialog } from './parts/PreflightDialog.tsx'
import { RehearsalDialog } from './parts/RehearsalDialog.tsx'
import { RollbackDialog } from './parts/RollbackDialog.tsx'

/** Preflight and rehearsal before a show, rollback in the middle of one. Any part of the page may ask for them. */
export function ReadinessDialogs({ channel }: { channel: Channel }) {
  const { data: rollback } = useRollback(channel.id)
  const [open, setOpen] = useState<'preflight' | 'rehearsal' | 'rollback' | null>(null)
  useIntent('preflight', () => setOpen('preflight'))
  useIntent('rehearse', () => setOpen('rehearsal'))
  useIntent('rollback', () => setOpen('rollback'))
  const close = (): void => setOpen(null)
  return (
    <>
      <PreflightDialog channel={channel} isOpen={open === 'preflight'} onClose={close} />
      <RehearsalDialog channel={channel} isOpen={open === 'rehearsal'} onClose={close} />
      <RollbackDialog channel={channel} rollback={rollback} isOpen={open === 'rollback'} onClose={close} />
    </>
  )
}
