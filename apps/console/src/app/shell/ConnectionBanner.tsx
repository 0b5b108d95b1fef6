import { IconPlugConnectedX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useConnection } from '../../live/index.ts'
import { formatSpan } from '../../ui/format/index.ts'
import styles from './ConnectionBanner.module.css'

const tickMs = 1000

/** Says that the page no longer follows what happens. Media is not touched by that, and the operator should know it. */
export function ConnectionBanner() {
  const state = useConnection()
  return <div role="status">{state.name === 'lost' && <Lost sinceMs={state.sinceMs} />}</div>
}

function Lost({ sinceMs }: { sinceMs: number }) {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), tickMs)
    return () => clearInterval(timer)
  }, [])
  return (
    <p className={styles.banner}>
      <IconPlugConnectedX size={20} aria-hidden />
      <span>
        <b>Connection to Sluice lost, reconnecting.</b> What you see is from <span aria-hidden>{formatSpan(nowMs - sinceMs)}</span> ago.
        Streams go on without this page.
      </span>
    </p>
  )
}
