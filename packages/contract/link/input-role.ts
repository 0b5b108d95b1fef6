import { z } from 'zod'

/** The ways into a channel in order of priority: of those that are ready the first has the air. */
export const inputRoles = ['primary', 'backup', 'backup2', 'backup3', 'backup4', 'backup5', 'backup6', 'backup7'] as const
export const InputRole = z.enum(inputRoles)
export type InputRole = z.infer<typeof InputRole>

/** 0 for the primary; the lower, the sooner it is taken. */
export const rankOf = (role: InputRole): number => inputRoles.indexOf(role)

/** As people read it: `primary`, `backup`, `backup 2`. Other texts (`slate`, `none`) stay what they are. */
export const roleName = (role: string): string => role.replace(/^backup(?=\d)/, 'backup ')

/** Whether `source` is an input, and neither nothing nor a slate. */
export const isInputRole = (source: string): source is InputRole => (inputRoles as readonly string[]).includes(source)
