import type { PreflightCheck } from '@sluice/contract/api'
import { CheckLine } from './CheckLine.tsx'
import styles from './CheckList.module.css'

const titles: Readonly<Record<PreflightCheck['check'], string>> = {
  url: 'Address',
  platform: 'Platform',
  key: 'Stream key',
  keyAge: 'Key age',
  rotation: 'Key rotation',
  dns: 'Host name',
  tcp: 'Connection',
  tls: 'Certificate',
  handshake: 'Server',
  publish: 'Stream accepted',
  policy: 'Class',
  source: 'Source',
  codec: 'Codecs',
  bitrate: 'Bitrate',
  engine: 'Engine',
  outputs: 'Outputs',
  keyframes: 'Keyframes',
  leftOut: 'Unsupported media',
  media: 'Media',
  profile: 'Recommended format',
  line: 'Contribution line',
  fps: 'Frame rate',
  size: 'Resolution',
  audio: 'Audio',
  playback: 'Player page',
  uplink: 'Uplink',
  encode: 'Encodes',
}

const order = ['fail', 'warn', 'skip', 'pass']

/** Checks, failures first. */
export function CheckList({ checks }: { checks: readonly PreflightCheck[] }) {
  const sorted = checks.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
  return (
    <ul className={styles.list}>
      {sorted.map((one) => (
        <CheckLine key={one.check} verdict={one.verdict} title={titles[one.check]} text={one.found} firstTry={one.fix}>
          {(one.verdict === 'warn' || one.verdict === 'fail') && <span className={styles.expected}>Expected: {one.expected}</span>}
        </CheckLine>
      ))}
    </ul>
  )
}
