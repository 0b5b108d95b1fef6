import { IconPlugConnectedX } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { signedOut, useConnection } from '../../live/index.ts'
import { formatSpan } from '../../ui/format/index.ts'
import styles from './ConnectionBanner.module.css'

const tickMs = 1000

/** Says that the page is out of date, over its foot, so that nothing moves. A channel's page says it in its own first row, and who is signed out is told just that. */
export function ConnectionBanner() {
  const state = useConnection()
  const { channelId } = useParams({ strict: false })
  const isSignedOut = useSyncExternalStore(signedOut.subscribe, signedOut.isOpen)
  return <div role="status">{state.name === 'lost' && channelId === undefined && !isSignedOut && <Lost sinceMs={state.sinceMs} />}</div>
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
