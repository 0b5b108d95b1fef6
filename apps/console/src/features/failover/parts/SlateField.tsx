import { Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useClips } from '../../../live/index.ts'
import styles from '../FailoverDialog.module.css'

const builtIn = [
  { value: 'name', label: "A card with the channel's name" },
  { value: 'last-picture', label: 'The last picture, with silent audio' },
]

/** What the slate shows. Clips are made into the form of the programme first. */
export function SlateField({ value, onChange }: { value: string; onChange(value: string): void }) {
  const { data: clips = [] } = useClips()
  const ready = clips.filter(({ id, state }) => state === 'ready' || id === value).map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select
      label="Slate shows"
      description={
        <>
          Prepared in the format of the stream. For your own images and videos, upload{' '}
          <Link to="/clips" className={styles.link}>
            clips
          </Link>
        </>
      }
      data={[{ group: 'Built in', items: builtIn }, ...(ready.length === 0 ? [] : [{ group: 'Clips', items: ready }])]}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
      allowDeselect={false}
    />
  )
}
