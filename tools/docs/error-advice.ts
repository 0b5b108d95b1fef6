/** What an area of codes is about, and what the operator does next where a code has no advice of its own. */
export type ErrorArea = { readonly about: string; readonly next: string }

const encoderForm = 'Sluice ends that session only. Update or restart the encoder; if it happens again, keep its log and report it.'
const platformForm = 'Copy the address and the key again from the platform.'

/** By the first word of the code. */
export const errorAreas: Readonly<Record<string, ErrorArea>> = {
  SETTING: { about: 'Flags and environment variables', next: 'Correct the setting that the message names; see docs/settings.md.' },
  SLUICE: { about: 'Faults of Sluice itself', next: 'Report it with the log around it. The engine goes on or is started again.' },
}

/** What to do about one code, where it is more than its area says. */
export const codeAdvice: Readonly<Record<string, string>> = {}
export { encoderForm, platformForm }
