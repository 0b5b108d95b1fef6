import { Button } from '@mantine/core'
import { useSessionQuery } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { formatDate, formatTimeOfDay } from '../../../ui/format/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import { RowAction, RowFact, Rows, RowTitle } from '../../../ui/rows/index.ts'
import { useAccountSessions, useEndSession } from '../use-own-account.ts'

/** The browsers that are signed in to this account, and a way to sign them out. */
export function SessionsPanel() {
  const hasAccount = useSessionQuery().data?.user != null
  return hasAccount ? <Sessions /> : null
}

function Sessions() {
  const { data: sessions, error } = useAccountSessions()
  const end = useEndSession()
  const endOthers = (
    <Button variant="default" size="sm" loading={end.isPending && end.variables === null} onClick={() => end.mutate(null)}>
      Sign out all others
    </Button>
  )
  return (
    <Panel title="Signed-in browsers" isFlush aside={sessions && sessions.length > 1 && endOthers}>
      <ProblemNote error={error ?? end.error} />
      <Rows columns="minmax(0, 1fr) 170px 220px 100px" size="small" label="Signed-in browsers">
        {sessions?.map(({ id, isCurrent, browser, address, lastUsedAt }) => (
          <li key={id}>
            <RowTitle name={browser ?? 'Unknown browser'} />
            <RowFact>{address ?? 'Unknown address'}</RowFact>
            <RowFact>
              Last used {formatDate(lastUsedAt)}, {formatTimeOfDay(lastUsedAt)}
            </RowFact>
            <RowAction>
              {isCurrent ? (
                <RowFact>This browser</RowFact>
              ) : (
                <Button
                  variant="default"
                  size="compact-md"
                  fz="sm"
                  loading={end.isPending && end.variables === id}
                  onClick={() => end.mutate(id)}
                >
                  Sign out<span className="visually-hidden"> {browser ?? 'unknown browser'}</span>
                </Button>
              )}
            </RowAction>
          </li>
        ))}
      </Rows>
    </Panel>
  )
}
