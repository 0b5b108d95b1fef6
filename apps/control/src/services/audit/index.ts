export { auditOf, listAudit } from './list.ts'
export { type AuditNote, audit } from './write.ts'
