/** How a child with native code is shut in. `user`: an account of its own; `none`: it runs as Sluice itself does. */
export type SandboxMode = 'bubblewrap' | 'user' | 'none'

/** What the operator asks for. `auto`: the best that works here. */
export const sandboxWishes = ['auto', 'bubblewrap', 'user', 'none'] as const
export type SandboxWish = (typeof sandboxWishes)[number]

/** What is in force, and why it is not the better one. */
export type SandboxReport = {
  readonly mode: SandboxMode
  /** The child can open connections. */
  readonly hasNetwork: boolean
  /** A better mode and why it does not work here, one a line; empty for the best. */
  readonly problems: readonly string[]
}

/** One sentence or two for log, `/readyz` and operator: what is in force, what that means, what to do first. */
export function describeSandbox({ mode, hasNetwork, problems }: SandboxReport): string {
  if (mode === 'bubblewrap') return 'bubblewrap: code that decodes untrusted media sees neither the data directory nor the network.'
  const better = 'install bubblewrap and allow user namespaces to isolate it fully (docs/operations.md, "Sandbox")'
  const why = problems.length === 0 ? '' : ` Tried: ${problems.join('; ')}.`
  if (mode === 'user') {
    const reach = hasNetwork ? ', but can open connections' : ' and has no network'
    return `user: code that decodes untrusted media runs as a separate user, can't read the data directory${reach}; ${better}.${why}`
  }
  return `none: code that decodes untrusted media runs as Sluice's own user and could read vault.key; ${better}.${why}`
}
