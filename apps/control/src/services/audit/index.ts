export { auditOf, listAudit } from './list.ts'
