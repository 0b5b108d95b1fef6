import { type Role, roles } from '@sluice/contract/api'

/** What each role is for, in one line. */
export const roleWords: Readonly<Record<Role, string>> = {
  owner: 'Everything, people and API keys included',
  producer: 'Runs the show, may let an output leave its class',
  operator: 'Runs the show within the classes',
  moderator: 'Watches, and sees who is here',
  observer: 'Watches',
}

export const roleChoices = roles.map((role) => ({ value: role, label: `${role[0]?.toUpperCase()}${role.slice(1)}` }))
