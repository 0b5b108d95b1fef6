import { Button, SegmentedControl, TextInput } from '@mantine/core'
import type { Channel, SoundLabel } from '@sluice/contract/api'
import { useState } from 'react'
import { ProblemNote } from '../../ui/form/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import styles from './PlaybackPanel.module.css'
import { useSetViewing } from './use-playback.ts'
import { soundRows } from './viewing-words.ts'

const latencies = [
  { value: 'low', label: 'Low' },
  { value: 'relaxed', label: 'Relaxed' },
]
const latencyNotes = {
  low: 'Parts of 0.5 s: viewers are about 2 s behind live.',
  relaxed: 'Parts of 1 s: viewers are about 4 s behind live, and each asks half as often.',
} as const

/** How the channel is played: latency, and what viewers read of its audio tracks. */
export function ViewingPanel({ channel }: { channel: Channel }) {
  const { viewing } = channel.playback
  const set = useSetViewing(channel.id)
  return (
    <Panel title="Playback">
      <div className={styles.panel}>
        <SegmentedControl
          aria-label="Latency of the player"
          data={latencies}
          value={viewing.latency}
          disabled={set.isPending}
          onChange={(value) => set.mutate({ latency: value === 'relaxed' ? 'relaxed' : 'low' })}
        />
        <p className={styles.note}>{latencyNotes[viewing.latency]} Players that are open start again when you change this.</p>
        <Sounds
          key={JSON.stringify(viewing.sounds)}
          channel={channel}
          isPending={set.isPending}
          onSave={(sounds) => set.mutate({ sounds: [...sounds] })}
        />
        <ProblemNote error={set.error} />
      </div>
    </Panel>
  )
}

function Sounds(props: { channel: Channel; isPending: boolean; onSave: (sounds: readonly SoundLabel[]) => void }) {
  const [rows, setRows] = useState(() => soundRows(props.channel))
  const [isChanged, setIsChanged] = useState(false)
  const change = (track: number, field: 'language' | 'name', value: string): void => {
    setRows(rows.map((row) => (row.track === track ? { ...row, [field]: value } : row)))
    setIsChanged(true)
  }
  const labels = rows.flatMap(({ track, language, name }): SoundLabel[] => {
    const label = { ...(language.trim() === '' ? {} : { language: language.trim() }), ...(name.trim() === '' ? {} : { name: name.trim() }) }
    return Object.keys(label).length === 0 ? [] : [{ track, ...label }]
  })
  return (
    <form
      aria-label="Audio tracks"
      className={styles.players}
      onSubmit={(event) => {
        event.preventDefault()
        props.onSave(labels)
      }}
    >
      <h3>Audio tracks</h3>
      {rows.map(({ track, language, name }) => (
        <div key={track} className={styles.form}>
          <TextInput
            label={`Language of audio ${track + 1}`}
            placeholder="en, de, pt-BR"
            w={160}
            value={language}
            maxLength={35}
            onChange={(event) => change(track, 'language', event.currentTarget.value)}
          />
          <TextInput
            label={`Name of audio ${track + 1}`}
            placeholder="as the language is called"
            value={name}
            maxLength={60}
            onChange={(event) => change(track, 'name', event.currentTarget.value)}
          />
        </div>
      ))}
      <p className={styles.note}>
        Viewers choose by these names. An empty field goes by what the source says: MPEG-TS over SRT names languages, RTMP does not.
      </p>
      <div className={styles.form}>
        <Button
          variant="default"
          size="xs"
          disabled={rows.length >= 16}
          onClick={() => setRows([...rows, { track: Math.max(...rows.map((row) => row.track)) + 1, language: '', name: '' }])}
        >
          Add track
        </Button>
        <Button type="submit" size="xs" loading={props.isPending} disabled={!isChanged}>
          Save names
        </Button>
      </div>
    </form>
  )
}
