// What all verbs share. The verbs themselves are in the rooms below, one for each entity.
export type { Actor, Effect, IdempotencyClaim, Platform, ServiceContext } from './context.ts'
export { type AfterCommit, inTransaction, parseInput, requireScope } from './gate.ts'
export { guardContext } from './guard-context.ts'
export { pageOf } from './page.ts'
export { notFound, ProblemError } from './problem.ts'
export { systemContext } from './system-context.ts'
export { touchChannels } from './touch-channels.ts'
export { audit } from './write-audit.ts'
