/** The ways into a channel in order of priority: of those that are ready the first has the air. */
export const inputRoles = ['primary', 'backup', 'backup2', 'backup3', 'backup4', 'backup5', 'backup6', 'backup7'] as const
export type InputRole = (typeof inputRoles)[number]

/** 0 for the primary; the input with the lowest rank is picked first. */
export const rankOf = (role: InputRole): number => inputRoles.indexOf(role)

/** As people read it: `primary`, `backup`, `backup 2`. Other texts (`slate`, `none`) stay what they are. */
export const roleName = (role: string): string => role.replace(/^backup(?=\d)/, 'backup ')

/** Whether `source` is an input, and neither nothing nor a slate. */
export const isInputRole = (source: string): source is InputRole => (inputRoles as readonly string[]).includes(source)
