export { exportAudit } from './export.ts'
export { auditOf, listAudit } from './list.ts'
