/** The native module, loaded at run time: it is optional. */
export type Av = typeof import('node-av')

/** Null, with the reason, where there is no build of it for this machine. */
export async function loadAv(): Promise<{ av: Av } | { av: null; reason: string }> {
  try {
    return { av: await import('node-av') }
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { av: null, reason }
  }
}
