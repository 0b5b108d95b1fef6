import { ActionIcon, Button, Menu, Select } from '@mantine/core'
import type { Member } from '@sluice/contract/api'
import { IconDots, IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan, useSessionQuery } from '../../../live/index.ts'
import { ConfirmDialog, ProblemNote } from '../../../ui/form/index.ts'
import { formatDate } from '../../../ui/format/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import { RowAction, RowFact, Rows, RowTitle } from '../../../ui/rows/index.ts'
import { roleChoices } from '../role-words.ts'
import { useChangePerson, useMembers } from '../use-people.ts'
import { InviteDialog } from './InviteDialog.tsx'

/** The people of the workspace. Owners change roles, sign people out and remove them. */
export function MembersPanel() {
  const { data: members, error } = useMembers()
  const mayChange = useCan('member:write')
  const ownId = useSessionQuery().data?.user?.id
  const change = useChangePerson()
  const [isInviting, setInviting] = useState(false)
  const [removed, setRemoved] = useState<Member | null>(null)
  const invite = mayChange && (
    <Button size="sm" leftSection={<IconUserPlus size={17} aria-hidden />} onClick={() => setInviting(true)}>
      Invite
    </Button>
  )
  return (
    <Panel title="People" isFlush aside={invite}>
      <ProblemNote error={error ?? (removed === null ? change.error : null)} />
      <Rows columns="minmax(0, 1fr) 200px 150px 44px" size="small" label="People">
        {members?.map((member) => (
          <li key={member.userId}>
            <RowTitle name={member.userId === ownId ? `${member.name} (you)` : member.name}>{member.email}</RowTitle>
            <RowFact>{seen(member)}</RowFact>
            {mayChange ? (
              <Select
                size="sm"
                aria-label={`Role of ${member.name}`}
                data={roleChoices}
                allowDeselect={false}
                value={member.role}
                disabled={change.isPending}
                onChange={(role) => {
                  const choice = roleChoices.find(({ value }) => value === role)
                  if (choice !== undefined) change.mutate({ userId: member.userId, what: choice.value })
                }}
              />
            ) : (
              <RowFact>{roleChoices.find(({ value }) => value === member.role)?.label}</RowFact>
            )}
            <RowAction>
              {mayChange && (
                <Menu position="bottom-end">
                  <Menu.Target>
                    <ActionIcon variant="subtle" size={34} aria-label={`More for ${member.name}`}>
                      <IconDots size={18} />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item onClick={() => change.mutate({ userId: member.userId, what: 'sign-out' })}>
                      Sign out of all browsers
                    </Menu.Item>
                    <Menu.Item color="red" onClick={() => setRemoved(member)}>
                      Remove from workspace
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              )}
            </RowAction>
          </li>
        ))}
      </Rows>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      <ConfirmDialog
        isOpen={removed !== null}
        title={`Remove ${removed?.name}?`}
        action="Remove"
        isBusy={change.isPending}
        error={change.error}
        onConfirm={() => removed && change.mutate({ userId: removed.userId, what: 'remove' }, { onSuccess: () => setRemoved(null) })}
        onClose={() => setRemoved(null)}
      >
        They lose this workspace at once, open pages included. What they set up stays, and so do their API keys: delete those under
        Workspace.
      </ConfirmDialog>
    </Panel>
  )
}

function seen({ sessions, lastUsedAt, hasTwoFactor }: Member): string {
  const use = sessions === 0 || lastUsedAt === null ? 'Not signed in' : `Last seen ${formatDate(lastUsedAt)}`
  return hasTwoFactor ? `${use}, two-factor` : use
}
