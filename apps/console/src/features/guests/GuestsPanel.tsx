import { Button } from '@mantine/core'
import type { Channel, GuestLink } from '@sluice/contract/api'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../live/index.ts'
import { ConfirmDialog, ProblemNote } from '../../ui/form/index.ts'
import { formatCount, formatDate, formatTimeOfDay } from '../../ui/format/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import { RowAction, RowFact, Rows, RowTitle } from '../../ui/rows/index.ts'
import styles from './GuestsPanel.module.css'
import { InviteDialog } from './parts/InviteDialog.tsx'
import { useGuestLinks, useRevokeGuest } from './use-guest-links.ts'

/** Links by which guests add destinations of their own to this channel, for one event and without an account. */
export function GuestsPanel({ channel }: { channel: Channel }) {
  const canInvite = [useCan('output:write'), useCan('destination:write')].every(Boolean)
  const { data: links = [], error } = useGuestLinks(channel.id)
  const revoke = useRevokeGuest(channel.id)
  const [isInviting, setInviting] = useState(false)
  const [revoked, setRevoked] = useState<GuestLink | null>(null)
  const active = links.filter((link) => link.state === 'active')
  const ended = links.length - active.length
  if (!canInvite && active.length === 0) return null
  const invite = canInvite && (
    <Button size="sm" variant="default" leftSection={<IconUserPlus size={17} aria-hidden />} onClick={() => setInviting(true)}>
      Invite a guest
    </Button>
  )
  return (
    <Panel title="Guests" isFlush aside={invite}>
      <ProblemNote error={error} />
      {active.length === 0 && (
        <p className={styles.none}>
          A guest link lets someone add their own destination to this channel, without an account, until the link expires.
          {ended > 0 && ` ${formatCount(ended, 'earlier link')} expired.`}
        </p>
      )}
      <Rows columns="minmax(0, 1fr) 120px 190px auto" size="small">
        {active.map((link) => (
          <li key={link.id}>
            <RowTitle name={link.name} />
            <RowFact>
              {link.outputs} of {formatCount(link.maxOutputs, 'output')}
            </RowFact>
            <RowFact>
              Until {formatDate(link.expiresAt)}, {formatTimeOfDay(link.expiresAt)}
            </RowFact>
            {canInvite && (
              <RowAction>
                <Button variant="subtle" color="red" size="compact-sm" onClick={() => setRevoked(link)}>
                  Revoke
                </Button>
              </RowAction>
            )}
          </li>
        ))}
      </Rows>
      {isInviting && <InviteDialog channel={channel} onClose={() => setInviting(false)} />}
      <ConfirmDialog
        isOpen={revoked !== null}
        title={`Revoke the link for ${revoked?.name}?`}
        action="Revoke link"
        isBusy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoked && revoke.mutate(revoked.id, { onSuccess: () => setRevoked(null) })}
        onClose={() => setRevoked(null)}
      >
        {revoked?.outputs === 0
          ? 'The link stops working at once.'
          : `The link stops working. ${formatCount(revoked?.outputs ?? 0, 'output')} of this guest ${revoked?.outputs === 1 ? 'stops' : 'stop'} at once, and Sluice deletes the guest's keys.`}
      </ConfirmDialog>
    </Panel>
  )
}
