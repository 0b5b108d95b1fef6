import { Button, Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useCan, useClips } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import type { Input } from '../input-look.ts'
import { usePatchInput } from '../use-inputs.ts'
import styles from './EncoderFields.module.css'

const testCard = { value: 'test-card', label: 'Test card with tone' }

/** Sluice loops a clip into the input, in place of an encoder. */
export function ClipFields({ channelId, input }: { channelId: string; input: Input }) {
  const patch = usePatchInput(channelId, input.id)
  const { data: clips = [], error } = useClips()
  const [chosen, setChosen] = useState<string | null>(null)
  const canWrite = useCan('channel:write')
  const ready = clips.filter(({ state }) => state === 'ready').map(({ id, name }) => ({ value: id, label: name }))
  const now = [testCard, ...ready].find(({ value }) => value === input.clip)
  return (
    <div className={styles.fields}>
      <p className={styles.note}>
        {input.clip === null
          ? 'Sluice loops a clip as if an encoder sent it: as a backup that is always there, or to test a channel.'
          : `Loops ${now?.label ?? 'a clip'}. Encoders can't connect to this input meanwhile.`}
      </p>
      {canWrite && (
        <>
          <Select
            label="Clip"
            description={
              <>
                Clips in this workspace that are ready.{' '}
                <Link to="/clips" className={styles.link}>
                  Upload another
                </Link>
              </>
            }
            data={[testCard, ...ready]}
            value={chosen ?? input.clip}
            onChange={setChosen}
            placeholder="Choose a clip"
            allowDeselect={false}
          />
          <div className={styles.actions}>
            <Button
              variant="default"
              disabled={chosen === null || chosen === input.clip}
              loading={patch.isPending}
              onClick={() => patch.mutate({ clip: chosen }, { onSuccess: () => setChosen(null) })}
            >
              {input.clip === null ? 'Play' : 'Play this clip'}
            </Button>
            {input.clip !== null && (
              <Button variant="subtle" onClick={() => patch.mutate({ clip: null })}>
                Stop playing
              </Button>
            )}
          </div>
        </>
      )}
      <ProblemNote error={patch.error ?? error} />
    </div>
  )
}
