import { ProblemError } from '../index.ts'

/** Refuses a rhythm of rotation where nothing rotates. */
export function requireRotating(credential: string, rotateEveryDays: number | null): void {
  if (rotateEveryDays === null || credential === 'rotating') return
  const message = `A ${credential} credential has no rotation interval: set it to rotating first.`
  throw new ProblemError('CREDENTIAL_KIND', message, [{ path: 'rotateEveryDays', message }])
}

/** Refuses to rotate what is not of the rotating kind. */
export function requireKind(destination: { name: string; credential: string }, wanted: 'rotating'): void {
  if (destination.credential === wanted) return
  const why = destination.credential === 'guest' ? 'the guest replaces it through the link' : `set \`credential\` to \`${wanted}\` first`
  throw new ProblemError('CREDENTIAL_KIND', `The destination ${destination.name} has a ${destination.credential} credential: ${why}.`)
}
