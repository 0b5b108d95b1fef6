import { inputRoles, type InputRole as Role } from '@sluice/base/words'
import { z } from 'zod'

export const InputRole = z.enum(inputRoles)
export type InputRole = Role
