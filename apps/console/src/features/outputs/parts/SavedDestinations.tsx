import type { Destination } from '@sluice/contract/api'
import { PlatformLogo } from '../../../ui/platform/index.ts'
import styles from './SavedDestinations.module.css'

/** Saved destinations that this channel does not send to yet. */
export function SavedDestinations({
  destinations,
  onPick,
}: {
  destinations: readonly Destination[]
  onPick(destination: Destination): void
}) {
  if (destinations.length === 0) return null
  return (
    <section className={styles.saved}>
      <h3>Your destinations</h3>
      <ul>
        {destinations.map((destination) => (
          <li key={destination.id}>
            <button type="button" onClick={() => onPick(destination)}>
              <PlatformLogo platform={destination.platform} name={destination.name} size={30} />
              <span className={styles.name}>{destination.name}</span>
              <span className={styles.note}>{destination.keyHint ? `key ends in ${destination.keyHint}` : 'no key'}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
