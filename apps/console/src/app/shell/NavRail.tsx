import { IconBroadcast, IconHistory, IconLayoutGrid, IconMovie, IconSend, IconSettings } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { useChannels } from '../../live/index.ts'
import { Mark } from '../../ui/brand/index.ts'
import { AccountMenu } from './AccountMenu.tsx'
import styles from './NavRail.module.css'
import { troubledOutputs } from './troubled-outputs.ts'

const places = [
  { to: '/', label: 'Channels', Icon: IconBroadcast },
  { to: '/wall', label: 'Wall', Icon: IconLayoutGrid },
  { to: '/destinations', label: 'Destinations', Icon: IconSend },
  { to: '/clips', label: 'Clips', Icon: IconMovie },
  { to: '/activity', label: 'Activity', Icon: IconHistory },
  { to: '/settings', label: 'Settings', Icon: IconSettings },
] as const

/** A rail at the left; on a phone a bar below the thumb. */
export function NavRail() {
  const { pathname } = useLocation()
  const troubled = troubledOutputs(useChannels().data ?? [])
  return (
    <nav className={styles.rail} aria-label="Main">
      <Link to="/" className={styles.brand} aria-label="Sluice, all channels">
        <Mark size={30} />
      </Link>
      {places.map(({ to, label, Icon }) => (
        <Link key={to} to={to} className={styles.place} aria-current={isHere(to, pathname) ? 'page' : undefined}>
          <Icon size={24} stroke={1.7} aria-hidden />
          <span>{label}</span>
          {to === '/' && troubled > 0 && (
            <span className={styles.count}>
              {troubled}
              <span className="visually-hidden"> outputs in trouble</span>
            </span>
          )}
        </Link>
      ))}
      <AccountMenu />
    </nav>
  )
}

/** A channel's page belongs to the channels. */
const isHere = (to: string, pathname: string): boolean =>
  to === '/' ? pathname === '/' || pathname.startsWith('/channels') : pathname.startsWith(to)
