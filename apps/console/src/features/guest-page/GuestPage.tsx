import { Loader } from '@mantine/core'
import { Mark } from '../../ui/brand/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { formatCount, formatDate, formatTimeOfDay } from '../../ui/format/index.ts'
import styles from './GuestPage.module.css'
import { AddOwn } from './parts/AddOwn.tsx'
import { OwnOutput } from './parts/OwnOutput.tsx'
import { useVisit } from './use-visit.ts'

/** What somebody with a guest link sees: the name of the channel, and the destinations that are their own. */
export function GuestPage({ token }: { token: string }) {
  const { data: view, error } = useVisit(token)
  return (
    <main className={styles.page}>
      <div className={styles.brand}>
        <Mark size={32} />
        <span>Sluice</span>
      </div>
      {view === undefined && error === null && <Loader aria-label="Loading" />}
      <ProblemNote error={error} />
      {view !== undefined && error === null && (
        <>
          <h1>{view.channel}</h1>
          <p className={styles.lead}>
            Hello {view.guest}. Add {view.maxOutputs === 1 ? 'the destination' : `up to ${formatCount(view.maxOutputs, 'destination')}`}{' '}
            where you want to show this programme. It starts there automatically and ends on {formatDate(view.expiresAt)} at{' '}
            {formatTimeOfDay(view.expiresAt)}. Sluice then deletes your key.
          </p>
          {view.outputs.map((output) => (
            <OwnOutput key={output.id} token={token} output={output} />
          ))}
          {view.outputs.length < view.maxOutputs && <AddOwn token={token} platforms={view.platforms} isFirst={view.outputs.length === 0} />}
        </>
      )}
    </main>
  )
}
