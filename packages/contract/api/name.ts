import { z } from 'zod'

/** A name that people gave: 1..80 characters, trimmed. Control characters are refused, because names are printed to terminals and logs. */
export const Name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}*$/u, 'has a line break or control character')
