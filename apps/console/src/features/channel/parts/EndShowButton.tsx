import { Button } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { endShowLook } from '../end-show-look.ts'
import { useShortcut } from '../shortcuts.tsx'
import { useReopenShow } from '../use-channel-actions.ts'
import { EndShowDialog } from './EndShowDialog.tsx'

/** Ends the show, or takes its end back while an encoder still sends; keeps its place when there is neither to do. */
export function EndShowButton({ channel }: { channel: Channel }) {
  const [isAsking, setAsking] = useState(false)
  const reopen = useReopenShow(channel.id)
  const look = endShowLook(channel)
  const mayEnd = useCan('output:write')
  useShortcut('e', mayEnd && look === 'end' ? () => setAsking(true) : null)
  if (!mayEnd) return null
  return (
    <>
      {look === 'go-live-again' ? (
        <Button variant="default" loading={reopen.isPending} onClick={() => reopen.mutate()}>
          Go live again
        </Button>
      ) : (
        <Button variant="outline" color="red" disabled={look === 'nothing'} onClick={() => setAsking(true)}>
          End show
        </Button>
      )}
      <EndShowDialog channel={channel} isOpen={isAsking} onClose={() => setAsking(false)} />
    </>
  )
}
