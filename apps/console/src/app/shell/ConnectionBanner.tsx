import { IconPlugConnectedX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useConnection } from '../../live/index.ts'
import { formatSpan } from '../../ui/format/index.ts'
import styles from './ConnectionBanner.module.css'

const tickMs = 1000

/** Says that the page is out of date. Media is not affected, and the operator should know that. */
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
        <b>Connection to Sluice lost, reconnecting.</b> This page is <span aria-hidden>{formatSpan(nowMs - sinceMs)}</span> out of date.
        Your streams are not affected.
      </span>
    </p>
  )
}
