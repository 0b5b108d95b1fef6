/** The ways into a channel. The contract has the same names; this floor stands below it. */
export type InputRole = 'primary' | 'backup' | `backup${2 | 3 | 4 | 5 | 6 | 7}`

/** 0 for the primary; the lower, the sooner it is taken. */
export const rankOf = (role: InputRole): number => (role === 'primary' ? 0 : role === 'backup' ? 1 : Number(role.slice('backup'.length)))
