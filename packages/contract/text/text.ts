import { z } from 'zod'
import { normalText, textProblem } from './visible-text.ts'

/**
 * A text of one line that a person typed and others read: on pages, terminals, in logs. It comes out in one spelling (NFC, trimmed); what
 * is invisible, turns the writing direction or controls a terminal is refused. Lengths are UTF-16 units, after that.
 */
export const visibleText = ({ min, max }: { min: number; max: number }) =>
  z
    .string()
    .overwrite(normalText)
    .min(min)
    .max(max)
    .superRefine((text, ctx) => {
      const problem = textProblem(text)
      if (problem !== null) ctx.addIssue({ code: 'custom', message: problem })
    })

/** What a person calls something: a channel, an output, a key, a guest, themselves. */
export const Name = visibleText({ min: 1, max: 80 })

/** Why somebody did what the rules do not provide for; kept, and shown with it. */
export const Reason = visibleText({ min: 3, max: 300 })
