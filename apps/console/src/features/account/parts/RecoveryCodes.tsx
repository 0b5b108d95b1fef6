import { CopyField } from '../../../ui/form/index.ts'
import styles from './RecoveryCodes.module.css'

/** Recovery codes, shown this once. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <div>
      <p className={styles.lead}>
        Each of these recovery codes signs you in once, without your phone. Store them where you store passwords.
      </p>
      <ul className={styles.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <CopyField label="All codes" value={codes.join(' ')} />
    </div>
  )
}
