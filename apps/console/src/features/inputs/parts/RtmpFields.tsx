import { CopyField } from '../../../ui/form/index.ts'
import type { Input } from '../input-look.ts'
import styles from './EncoderFields.module.css'
import { ObsSteps } from './ObsSteps.tsx'
import { RotateKey } from './RotateKey.tsx'

/** Server and stream key as OBS, vMix and hardware encoders ask for them. */
export function RtmpFields({ channelId, input, protocol }: { channelId: string; input: Input; protocol: 'rtmp' | 'rtmps' }) {
  if (input.urls === null || input.streamKey === null)
    return <p className={styles.hidden}>Your role can't see stream keys. Ask an operator.</p>
  return (
    <div className={styles.fields}>
      <CopyField label="Server" value={input.urls.server[protocol]} />
      <CopyField label="Stream key" value={input.streamKey} isSecret hint="Anyone with this key can go live on this channel." />
      <RotateKey channelId={channelId} input={input} />
      <ObsSteps>
        <li>
          In OBS open <b>Settings, Stream</b> and choose the service <b>Custom…</b>
        </li>
        <li>
          Copy <b>Server</b> and <b>Stream key</b> from here.
        </li>
        <li>
          In <b>Settings, Output</b> set the keyframe interval to <b>2 s</b>, then <b>Start streaming</b>.
        </li>
      </ObsSteps>
      {protocol === 'rtmps' && (
        <p className={styles.note}>
          RTMPS encrypts the connection to Sluice. Most encoders reject a self-signed certificate: give Sluice one that they trust (
          <code>SLUICE_TLS_CERT_FILE</code>).
        </p>
      )}
    </div>
  )
}
