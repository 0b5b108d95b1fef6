import { useClips } from '../../../live/index.ts'
import type { Input } from '../input-look.ts'
import styles from './InputDetails.module.css'

/** Which clip an input plays that is not there yet. */
export function ClipLine({ clip }: { clip: NonNullable<Input['clip']> }) {
  const { data: clips } = useClips()
  const name = clip === 'test-card' ? 'the test card' : (clips?.find(({ id }) => id === clip)?.name ?? '…')
  return <p className={styles.pull}>Plays {name}</p>
}
