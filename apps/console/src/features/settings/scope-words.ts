import type { WorkspaceScope } from '@sluice/contract/api'

/** What each scope lets a key do, as an operator would say it. */
export const scopeWords: Readonly<Record<WorkspaceScope, string>> = {
  'channel:read': 'See channels and their state',
  'channel:write': 'Create, edit and delete channels and inputs',
  'key:read': 'See stream keys of inputs',
  'output:read': 'See outputs and their state',
  'output:write': 'Add, edit, start and stop outputs',
  'destination:read': 'See saved destinations, without keys',
  'destination:write': 'Add, edit and delete destinations',
  'event:read': 'Follow events',
  'policy:override': 'Let an output leave its class, with a reason',
  'member:read': 'See who is in the workspace',
  'audit:read': 'Read and export the audit log',
  'apikey:write': 'Create and delete API keys',
  'workspace:write': 'Change workspace settings',
}

/** Sets of scopes for usual purposes. */
export const scopePresets: ReadonlyArray<{ name: string; scopes: readonly WorkspaceScope[] }> = [
  { name: 'View only', scopes: ['channel:read', 'output:read', 'destination:read', 'event:read'] },
  {
    name: 'Run shows',
    scopes: [
      'channel:read',
      'channel:write',
      'key:read',
      'output:read',
      'output:write',
      'destination:read',
      'destination:write',
      'event:read',
    ],
  },
]
