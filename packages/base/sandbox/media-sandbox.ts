import { fileURLToPath } from 'node:url'
import { Sandbox } from './sandbox.ts'
import { sandboxWishes } from './sandbox-report.ts'

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** User and group that the children of a root Sluice run as: of the range that Debian keeps free. */
export const defaultMediaUid = 65_533

export type MediaSandboxOptions = {
  /** Of `sandboxWishes`; anything else is `auto`. */
  readonly wish: string
  readonly uid: number
  /** The data directory: keys, database, clips. */
  readonly dataDir: string | null
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The sandbox of `apps/transcoder`, the only place with native code: all it may see is that code. */
export function mediaSandbox({ wish, uid, dataDir, env }: MediaSandboxOptions): Sandbox {
  return new Sandbox({
    wish: sandboxWishes.find((one) => one === wish) ?? 'auto',
    uid,
    env,
    code: ['node_modules', 'packages', 'apps/transcoder'].map(fromRoot),
    hidden: dataDir === null ? [] : [dataDir],
    check: fromRoot('apps/transcoder/src/sandbox-check-main.ts'),
  })
}
