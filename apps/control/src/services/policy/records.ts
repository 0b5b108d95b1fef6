import { isoTime } from '@sluice/base/clock'
import type { PolicyVersion } from '@sluice/contract/api'
import { type ClassPolicies, ClassPolicy, classPolicies, type OutputClass, outputClasses } from '@sluice/contract/policy'
import type { Selectable } from 'kysely'
import type { ClassPolicyTable, Reader } from '../../db/index.ts'

type Row = Selectable<ClassPolicyTable>

/** The class as Sluice ships it, which is version 0 of every workspace. */
const shipped = (outputClass: OutputClass): PolicyVersion => ({
  version: 0,
  isShipped: true,
  policy: classPolicies[outputClass],
  at: null,
  by: null,
  reason: null,
})

/** A stored version. A field that Sluice learned since then has its shipped value. */
export const toVersion = (row: Row): PolicyVersion => ({
  version: row.version,
  isShipped: row.is_shipped,
  policy: ClassPolicy.parse({ ...classPolicies[row.class as OutputClass], ...(JSON.parse(row.policy) as object) }),
  at: isoTime(row.at_ms),
  by: row.actor,
  reason: row.reason,
})

const newest = (db: Reader, workspaceIds: readonly string[]): Promise<Row[]> =>
  db
    .selectFrom('class_policy as one')
    .selectAll()
    .where('workspace_id', 'in', workspaceIds)
    .where('version', '=', (eb) =>
      eb
        .selectFrom('class_policy as any')
        .select((inner) => inner.fn.max('any.version').as('version'))
        .whereRef('any.workspace_id', '=', 'one.workspace_id')
        .whereRef('any.class', '=', 'one.class'),
    )
    .execute()

/** What holds now for each class of a workspace. What follows the shipped policy follows it over updates of Sluice too. */
export async function currentVersions(db: Reader, workspaceId: string): Promise<Record<OutputClass, PolicyVersion>> {
  return versionsOf(await newest(db, [workspaceId]))
}

function versionsOf(rows: readonly Row[]): Record<OutputClass, PolicyVersion> {
  const current = { A: shipped('A'), B: shipped('B'), C: shipped('C') }
  for (const row of rows) {
    const outputClass = row.class as OutputClass
    const version = toVersion(row)
    current[outputClass] = version.isShipped ? { ...version, policy: classPolicies[outputClass] } : version
  }
  return current
}

/** The policies of several workspaces, in one query. */
export async function policiesOf(db: Reader, workspaceIds: readonly string[]): Promise<Map<string, ClassPolicies>> {
  const ids = [...new Set(workspaceIds)]
  if (ids.length === 0) return new Map()
  const rows = Map.groupBy(await newest(db, ids), (row) => row.workspace_id)
  return new Map(ids.map((id) => [id, toPolicies(versionsOf(rows.get(id) ?? []))]))
}

const toPolicies = (versions: Record<OutputClass, PolicyVersion>): ClassPolicies =>
  Object.fromEntries(outputClasses.map((name) => [name, versions[name].policy])) as Record<OutputClass, ClassPolicy>
