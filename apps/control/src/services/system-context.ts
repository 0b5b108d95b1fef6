import type { Platform, ServiceContext } from './context.ts'

/** The schedule as an actor. It has no scope: it calls only what needs none, because the right was checked when it was planned. */
export const systemContext = (platform: Platform, workspaceId: string): ServiceContext => ({
  platform,
  workspaceId,
  actor: { kind: 'system', id: 'schedule', name: 'Sluice' },
  scopes: new Set(),
})
