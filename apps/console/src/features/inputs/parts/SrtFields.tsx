import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { CopyField } from '../../../ui/form/index.ts'
import type { Input } from '../input-look.ts'
import { type SrtForms, srtForms } from '../srt-address.ts'
import styles from './EncoderFields.module.css'
import { ObsSteps } from './ObsSteps.tsx'
import { RotateKey } from './RotateKey.tsx'
import { SrtOptions } from './SrtOptions.tsx'

const forms = [
  { value: 'obs', label: 'OBS, ffmpeg' },
  { value: 'fields', label: 'vMix, hardware' },
]

/** The address in the form that the encoder asks for, and the SRT settings. */
export function SrtFields({ channelId, input }: { channelId: string; input: Input }) {
  const [form, setForm] = useState('obs')
  if (input.urls === null) return <p className={styles.hidden}>Your role can't see stream keys. Ask an operator.</p>
  const address = srtForms(input.urls.srt, input.srt)
  return (
    <div className={styles.fields}>
      <SegmentedControl aria-label="Encoder" size="xs" data={forms} value={form} onChange={setForm} className={styles.forms} />
      {form === 'obs' ? <ObsForm address={address} input={input} /> : <FieldsForm address={address} input={input} />}
      <RotateKey channelId={channelId} input={input} />
      <SrtOptions channelId={channelId} input={input} />
    </div>
  )
}

type FormProps = { address: SrtForms; input: Input }

function ObsForm({ address, input }: FormProps) {
  return (
    <>
      <CopyField
        label="SRT address"
        value={address.ffmpeg}
        isSecret
        hint={
          <>
            It contains the stream key: anyone with this address can go live on this channel. OBS and ffmpeg take the latency in
            microseconds ({input.srt.latencyMs} ms is {input.srt.latencyMs * 1000}), other programs in milliseconds.
          </>
        }
      />
      <ObsSteps>
        <li>
          In OBS open <b>Settings, Stream</b> and choose the service <b>Custom…</b>
        </li>
        <li>
          Paste the <b>SRT address</b> as the server, and leave the stream key empty.
          {input.srt.hasPassphrase && (
            <>
              {' '}
              Replace <b>YOUR-PASSPHRASE</b> with your passphrase.
            </>
          )}
        </li>
        <li>
          In <b>Settings, Output</b> set the keyframe interval to <b>2 s</b>, then <b>Start streaming</b>.
        </li>
      </ObsSteps>
    </>
  )
}

function FieldsForm({ address, input }: FormProps) {
  return (
    <>
      <div className={styles.pair}>
        <CopyField label="Host" value={address.host} />
        <CopyField label="Port" value={address.port} />
      </div>
      <CopyField label="Stream ID" value={address.streamId} isSecret hint="Anyone with this stream ID can go live on this channel." />
      <CopyField
        label="Stream ID, SRT syntax"
        value={address.accessControl}
        isSecret
        hint="The same ID, for encoders that expect the #!:: form."
      />
      <p className={styles.note}>
        Mode or type: <b>Caller</b>. Latency: <b>{input.srt.latencyMs} ms</b>.{' '}
        {input.srt.hasPassphrase ? 'Enter the passphrase; a key length of 16, 24 or 32 bytes is fine.' : 'No passphrase.'}
      </p>
    </>
  )
}
