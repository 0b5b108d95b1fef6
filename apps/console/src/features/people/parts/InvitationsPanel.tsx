import { Button } from '@mantine/core'
import { useCan } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { formatDate, formatTimeOfDay } from '../../../ui/format/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import { RowAction, RowFact, Rows, RowTitle } from '../../../ui/rows/index.ts'
import { useInvitations, useRevoke } from '../use-people.ts'

/** Invitations that nobody has used yet. Nothing while there are none. */
export function InvitationsPanel() {
  const { data: invitations, error } = useInvitations(useCan('member:write'))
  const revoke = useRevoke()
  if (invitations === undefined || invitations.length === 0) return <ProblemNote error={error} />
  return (
    <Panel title="Open invitations" isFlush>
      <ProblemNote error={revoke.error} />
      <Rows columns="minmax(0, 1fr) 110px 220px 100px" size="small" label="Open invitations">
        {invitations.map(({ id, email, role, isMailed, createdBy, expiresAt }) => (
          <li key={id}>
            <RowTitle name={email ?? 'Anyone with the link'}>
              {isMailed ? 'Sent by mail' : 'Link'}, by {createdBy}
            </RowTitle>
            <RowFact>{role}</RowFact>
            <RowFact>
              Until {formatDate(expiresAt)}, {formatTimeOfDay(expiresAt)}
            </RowFact>
            <RowAction>
              <Button
                variant="default"
                size="compact-md"
                fz="sm"
                loading={revoke.isPending && revoke.variables === id}
                onClick={() => revoke.mutate(id)}
              >
                Revoke<span className="visually-hidden"> the invitation of {email ?? 'anyone with the link'}</span>
              </Button>
            </RowAction>
          </li>
        ))}
      </Rows>
    </Panel>
  )
}
