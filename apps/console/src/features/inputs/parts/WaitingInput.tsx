import { Button } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { useCan } from '../../../live/index.ts'
import { CopyField } from '../../../ui/form/index.ts'
import { useAsk } from '../../../ui/intent/index.ts'
import { StateBadge, sourceTitle } from '../../../ui/state/index.ts'
import { type Input, inputLook, shortLook } from '../input-look.ts'
import { InputMenu } from './InputMenu.tsx'
import styles from './WaitingInput.module.css'

/** An input that nobody has used yet: a line; before anything comes in, with what to type into the encoder. */
export function WaitingInput({ channel, input, isOpen }: { channel: Channel; input: Input; isOpen: boolean }) {
  const ask = useAsk()
  const canWrite = useCan('channel:write')
  const title = sourceTitle(input.role)
  const hasFields = isOpen && input.urls !== null && input.streamKey !== null
  return (
    <section className={styles.line} aria-label={`${title} input`}>
      <div className={styles.top}>
        <h3>{title}</h3>
        <StateBadge {...shortLook(inputLook(input, channel.engine), input, channel)} />
        <Button variant="default" size="compact-sm" onClick={() => ask({ kind: 'show-address', role: input.role })}>
          {hasFields ? 'SRT, RTMPS, pull, clip' : 'Show address'}
          <span className="visually-hidden"> of {title}</span>
        </Button>
        <InputMenu channel={channel} input={input} canWrite={canWrite} />
      </div>
      {hasFields && (
        <div className={styles.fields}>
          <CopyField label="Server" value={input.urls?.server.rtmp ?? ''} />
          <CopyField label="Stream key" value={input.streamKey ?? ''} isSecret />
        </div>
      )}
    </section>
  )
}
