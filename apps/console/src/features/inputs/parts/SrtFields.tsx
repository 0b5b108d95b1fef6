import { CopyField } from '../../../ui/form/index.ts'
import type { Input } from '../input-look.ts'
import styles from './EncoderFields.module.css'
import { ObsSteps } from './ObsSteps.tsx'
import { RotateKey } from './RotateKey.tsx'
import { SrtOptions } from './SrtOptions.tsx'

/** One address that holds everything, and what SRT can be told besides. */
export function SrtFields({ channelId, input }: { channelId: string; input: Input }) {
  if (input.urls === null) return <p className={styles.hidden}>Your role does not see stream keys. Ask an operator.</p>
  return (
    <div className={styles.fields}>
      <CopyField
        label="SRT address"
        value={input.urls.srt}
        isSecret
        hint="It holds the stream key: who has it can go live on this channel."
      />
      <RotateKey channelId={channelId} input={input} />
      <SrtOptions channelId={channelId} input={input} />
      <ObsSteps>
        <li>
          In OBS open <b>Settings, Stream</b> and choose the service <b>Custom…</b>
        </li>
        <li>
          Paste the <b>SRT address</b> as the server, and leave the stream key empty.
        </li>
        <li>
          In <b>Settings, Output</b> set the keyframe interval to <b>2 s</b>, then <b>Start streaming</b>.
        </li>
      </ObsSteps>
    </div>
  )
}
