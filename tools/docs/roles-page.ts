import {
  type OperationId,
  type Permission,
  type Role,
  roles,
  rolesThatMay,
  routePermissions,
  type Scope,
  scopes,
} from '@sluice/contract/api'

const about: Readonly<Record<Role, string>> = {
  owner: 'answers for the workspace: people, API keys, classes, and everything below',
  producer: 'answers for the show: may let an output leave its class, with a reason, and reads the audit log',
  operator: 'runs the show: channels, inputs, outputs, destinations, within the classes',
  moderator: 'watches, and sees who is in the workspace',
  observer: 'watches: channels, outputs, destinations, events, no keys',
}

/** What each scope lets somebody do. */
const words: Readonly<Record<Scope, string>> = {
  'channel:read': 'see channels, inputs and clips, their state and figures',
  'channel:write': 'create, change and delete channels, inputs and clips; switch the source; rehearse',
  'key:read': 'see stream keys of inputs',
  'output:read': 'see outputs and guest links',
  'output:write': 'add, change, start, stop and delete outputs; preflight',
  'destination:read': 'see saved destinations, without their keys',
  'destination:write': 'save, change, rotate and delete destinations',
  'event:read': 'follow what happens',
  'policy:override': 'let a channel or output leave its class, with a reason',
  'member:read': 'see who is in the workspace',
  'audit:read': 'read and export the audit log',
  'apikey:write': 'create and revoke API keys',
  'workspace:write': 'rename the workspace, change its settings and classes, create another',
  'member:write': 'invite people, change roles, remove people, sign them out',
  'workspace:delete': 'delete the workspace with everything in it',
  'deployment:write': 'act on every workspace of this Sluice, as rotating the vault key does',
}

const tick = (may: boolean): string => (may ? 'yes' : '')
const head = (first: string): string[] => [`| ${first} | ${roles.join(' | ')} |`, `|---|${roles.map(() => '---').join('|')}|`]

function asks(permission: Permission): string {
  if (typeof permission === 'string') return `\`${permission}\``
  if ('allOf' in permission) return permission.allOf.map((scope) => `\`${scope}\``).join(' and ')
  return permission.anyOf.map((scope) => `\`${scope}\``).join(' or ')
}

const scopeRow = (scope: Scope): string => {
  const may = rolesThatMay(scope)
  return `| ${words[scope]} (\`${scope}\`) | ${roles.map((role) => tick(may.includes(role))).join(' | ')} |`
}

const routeRow = ([id, permission]: [string, Permission]): string => {
  if (permission === 'public') return `| \`${id}\` | ${asks(permission)} | ${roles.map(() => 'yes').join(' | ')} |`
  const may = rolesThatMay(permission)
  return `| \`${id}\` | ${asks(permission)} | ${roles.map((role) => tick(may.includes(role))).join(' | ')} |`
}

/** docs/roles.md: who may do what, out of the one table that control goes by. */
export function formatRolesPage(): string {
  const routes = Object.entries(routePermissions) as [OperationId, Permission][]
  return [
    '# Roles',
    '',
    '<!-- Made by `npm run generate` from packages/contract/api: change it there. -->',
    '',
    'A person has one role in each workspace. It holds from their next request on; when it changes or ends, their open event streams end at once.',
    'The last owner of a workspace can neither leave nor become something else.',
    '',
    ...roles.map((role) => `- **${role}** ${about[role]}.`),
    '',
    '## What each role may do',
    '',
    ...head('right'),
    ...scopes.map(scopeRow),
    '',
    'An API key has scopes of its own, or those of a role, and never the rights to people and to deleting the workspace. A key with `workspace:write`',
    'has `policy:override` and `audit:read` too. `deployment:write` belongs to no role: the admin token has it, and whoever set this Sluice up.',
    '',
    '## Every route of the API',
    '',
    'By its `operationId` in `/openapi.json`. `public`: without credentials (a token in path or body may be all); `anyone`: whoever has credentials that',
    'hold; `person`: who is signed in, for their own account.',
    '',
    `| route | needs | ${roles.join(' | ')} |`,
    `|---|---|${roles.map(() => '---').join('|')}|`,
    ...routes.map(routeRow),
    '',
  ].join('\n')
}
