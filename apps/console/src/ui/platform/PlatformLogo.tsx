import { initialsOf } from './initials.ts'
import styles from './PlatformLogo.module.css'
import { platformPaths } from './platform-icons.ts'

type Props = { platform: string; name: string; size?: number }

/** The mark alone, for a place that has a frame of its own. */
export function PlatformMark({ platform, name, size }: Required<Props>) {
  const icon = platformPaths[platform]
  if (icon === undefined) return <b style={{ fontSize: size * 0.65 }}>{initialsOf(name)}</b>
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} role="presentation">
      <path d={icon.path} fill="currentColor" />
    </svg>
  )
}

/** A platform's mark in the text's colour, or the initials of what it is called here. The name always stands beside it. */
export function PlatformLogo({ platform, name, size = 32 }: Props) {
  const icon = platformPaths[platform]
  return (
    <span className={styles.logo} style={{ width: size, height: size, fontSize: size * 0.4 }} aria-hidden>
      {icon === undefined ? (
        initialsOf(name)
      ) : (
        <svg viewBox="0 0 24 24" width={size * 0.58} height={size * 0.58} role="presentation">
          <path d={icon.path} fill="currentColor" />
        </svg>
      )}
    </span>
  )
}
