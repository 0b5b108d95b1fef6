/** `node-av` as far as it is needed: its low-level half alone, which loads in 60 ms. */
export type Av = typeof import('node-av/lib') & { readonly K: typeof import('node-av/constants') }

/** Loads `node-av`, or tells in a sentence why it is not there: it is optional, and not built for every machine. */
export async function loadAv(): Promise<Av | string> {
  try {
    const [lib, K] = await Promise.all([import('node-av/lib'), import('node-av/constants')])
    lib.Log.setLevel(K.AV_LOG_QUIET)
    return { ...lib, K }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return `node-av, which decodes them, is not installed or does not run on this machine: ${reason}`
  }
}
