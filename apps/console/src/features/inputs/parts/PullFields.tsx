import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import type { Input } from '../input-look.ts'
import { usePatchInput } from '../use-inputs.ts'
import styles from './EncoderFields.module.css'

/** Sluice pulls from a source, in place of an encoder that connects to Sluice. */
export function PullFields({ channelId, input }: { channelId: string; input: Input }) {
  const patch = usePatchInput(channelId, input.id)
  const [url, setUrl] = useState('')
  const canWrite = useCan('channel:write')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    patch.mutate({ pull: { url } }, { onSuccess: () => setUrl('') })
  }
  return (
    <form className={styles.fields} onSubmit={submit}>
      <p className={styles.note}>
        {input.pull === null ? 'Sluice pulls the stream itself, over RTMP, RTMPS, SRT or HLS.' : <Calls pull={input.pull} />}
      </p>
      {canWrite && (
        <>
          <TextInput
            label={input.pull === null ? 'Source address' : 'New source address'}
            description={<Forms />}
            placeholder="https://host/live/index.m3u8"
            autoComplete="off"
            spellCheck={false}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            error={fieldError(patch.error, 'pull.url')}
          />
          <div className={styles.actions}>
            <Button type="submit" variant="default" disabled={url.trim() === ''} loading={patch.isPending}>
              {input.pull === null ? 'Start pulling' : 'Pull from this address'}
            </Button>
            {input.pull !== null && (
              <Button variant="subtle" onClick={() => patch.mutate({ pull: null })}>
                Stop pulling
              </Button>
            )}
          </div>
          <ProblemNote error={restError(patch.error, ['pull.url'])} />
        </>
      )}
    </form>
  )
}

const forms = ['rtmp://host/app/stream', 'https://host/path/index.m3u8', 'srt://host:9000?streamid=...&latency=500']

function Forms() {
  return (
    <>
      {forms.map((form) => (
        <code key={form} className={styles.form}>
          {form}
        </code>
      ))}
      <span>Stream names, passphrases, logins and tokens in it are stored encrypted and not shown again.</span>
    </>
  )
}

function Calls({ pull }: { pull: NonNullable<Input['pull']> }) {
  const secrets = [
    pull.hasStreamName && 'a stream name',
    pull.hasStreamId && 'a stream id',
    pull.hasPassphrase && 'a passphrase',
    pull.hasLogin && 'a login',
    pull.hasQuery && 'a query',
  ].filter((text) => text !== false)
  return (
    <>
      Sluice pulls from <code className={styles.address}>{pull.url}</code>
      {secrets.length > 0 && ` with ${secrets.join(' and ')}`}, and reconnects whenever the connection ends. Encoders can't connect to this
      input meanwhile.
    </>
  )
}
