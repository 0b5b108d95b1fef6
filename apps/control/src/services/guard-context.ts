import type { Platform, ServiceContext } from './context.ts'

/** Who acts when a channel rolls itself back: it has a name in timeline and audit, and may do just that. */
export const guardContext = (platform: Platform, workspaceId: string): ServiceContext => ({
  platform,
  workspaceId,
  // Of the operator's kind, as it carries out a standing order of theirs.
  actor: { kind: 'operator', id: 'guardrail', name: 'guardrail' },
  scopes: new Set(['channel:write', 'output:write']),
})
