import { Modal } from '@mantine/core'
import { classPolicies, type OutputClass } from '@sluice/contract/policy'
import { ProblemNote } from '../../../ui/form/index.ts'
import { formatDate, formatTimeOfDay } from '../../../ui/format/index.ts'
import { policyChanges } from '../policy-form.ts'
import { usePolicyVersions } from '../use-policies.ts'
import styles from './ClassHistoryDialog.module.css'

/** Who changed what in a class, when and why, newest first. */
export function ClassHistoryDialog({ outputClass, onClose }: { outputClass: OutputClass; onClose(): void }) {
  const { data: versions = [], error } = usePolicyVersions(outputClass)
  return (
    <Modal opened onClose={onClose} title={`History of class ${outputClass}`} size={620}>
      <ProblemNote error={error} />
      <ol className={styles.versions}>
        {versions.map((version, i) => (
          <li key={version.version}>
            <p className={styles.head}>
              <b>Version {version.version}</b> {version.by}
              {version.at !== null && `, ${formatDate(version.at)} ${formatTimeOfDay(version.at)}`}
            </p>
            <p className={styles.reason}>“{version.reason}”</p>
            <ul>
              {version.isShipped && <li>Restored the defaults</li>}
              {policyChanges(versions[i + 1]?.policy ?? classPolicies[outputClass], version.policy).map((change) => (
                <li key={change}>{change}</li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </Modal>
  )
}
