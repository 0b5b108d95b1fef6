import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Bounds of one child. The system enforces all but `rssBytes` and `cores`, which are looked at several times a second. */
export type JobLimits = {
  /** Resident memory of the child and its own children. A function where it changes as the child runs. */
  readonly rssBytes: number | (() => number)
  /** Memory that it may ask for at all: Node itself has 650 MB of it, most of which it never touches. */
  readonly dataBytes: number
  /** Processor time of its whole life, its own children's with it; null: it lives long. */
  readonly cpuSeconds: number | null
  /** Processors that it may keep busy, on the mean of a window. */
  readonly cores: { readonly most: number; readonly windowMs: number } | null
  /** Largest file that it may write. */
  readonly fileBytes: number
  readonly niceness: number
}

/** How one kind of wall is put up. `uid`: null stays who we are. */
export type Wall = {
  readonly mode: 'bubblewrap' | 'user' | 'none'
  readonly uid: number | null
  /** By `unshare`, where bubblewrap does not do it. */
  readonly cutsNetwork: boolean
}

export type Places = {
  /** Folders with the code that the child runs. */
  readonly code: readonly string[]
  /** Must not be seen even where they lie inside of a folder that is. */
  readonly hidden: readonly string[]
  readonly scratch: string | null
  /** Device nodes that it may open. */
  readonly devices: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const openFiles = 256
const tmpBytes = 16 * 1024 * 1024
/** Above it the system kills at once, without a word of what it was for. */
const cpuGraceSeconds = 5
/** Folders at the root that are links into `/usr` on most systems. */
const rootLinks = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
const systemFiles = ['/etc/ld.so.cache', '/etc/fonts', '/var/cache/fontconfig', '/nix/store']

const deviceFacts = ['/sys/dev/char', '/sys/class/drm', '/sys/devices']

/** The group that device nodes are open to, on most systems `render` or `video`; null: they are open to all, or to nobody but root. */
export function deviceGroup(devices: readonly string[]): number | null {
  for (const path of devices) {
    try {
      const { gid, mode } = statSync(path)
      if ((mode & 0o006) !== 0o006 && (mode & 0o060) === 0o060 && gid !== 0) return gid
    } catch {
      // It has gone.
    }
  }
  return null
}

/** A shell that bounds itself and becomes the child. Among all processes the child is the first to go when memory is short. */
export function limitedShell(limits: JobLimits): string {
  const bounds = [
    '-c 0',
    `-n ${openFiles}`,
    `-d ${Math.ceil(limits.dataBytes / 1024)}`,
    // In blocks of 512 bytes. Spec: POSIX, ulimit
    `-f ${Math.ceil(limits.fileBytes / 512)}`,
    ...(limits.cpuSeconds === null ? [] : [`-S -t ${limits.cpuSeconds}`, `-H -t ${limits.cpuSeconds + cpuGraceSeconds}`]),
  ]
  return [
    '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; ',
    // One that fails is tighter already.
    ...bounds.map((bound) => `ulimit ${bound} 2>/dev/null; `),
    `exec nice -n ${limits.niceness} "$@"`,
  ].join('')
}

/** The command line that runs `command` behind a wall, without its limits. */
export function walledCommand(wall: Wall, places: Places, command: readonly string[]): string[] {
  if (wall.mode === 'bubblewrap') return ['bwrap', ...bubblewrapArgs(places), '--', ...command]
  if (wall.mode === 'none' || wall.uid === null || !wall.cutsNetwork) return [...command]
  const group = deviceGroup(places.devices)
  const who = [
    `--reuid=${wall.uid}`,
    `--regid=${wall.uid}`,
    group === null ? '--clear-groups' : `--groups=${group}`,
    '--no-new-privs',
    '--bounding-set=-all',
    '--inh-caps=-all',
  ]
  return ['unshare', '--net', '--ipc', '--', 'setpriv', ...who, '--', ...command]
}

function bubblewrapArgs({ code, hidden, env, devices }: Places): string[] {
  const args = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv']
  for (const [name, value] of Object.entries({ ...env, PATH: '/usr/bin:/bin', HOME: '/tmp', TMPDIR: '/tmp' }))
    args.push('--setenv', name, value)
  const seen = ['/usr']
  args.push('--ro-bind', '/usr', '/usr')
  for (const path of rootLinks) {
    if (!existsSync(path)) continue
    if (lstatSync(path).isSymbolicLink()) args.push('--symlink', readlinkSync(path), path)
    else {
      seen.push(path)
      args.push('--ro-bind', path, path)
    }
  }
  // No /proc at all: nothing in there needs it, and inside of a container or a hardened service none can be mounted. Before what is Sluice's
  // own: a checkout below /tmp would be covered.
  args.push('--dev', '/dev', '--size', String(tmpBytes), '--tmpfs', '/tmp')
  for (const path of devices) args.push('--dev-bind-try', path, path)
  // Drivers find their device by its numbers there.
  if (devices.length > 0) for (const path of deviceFacts) args.push('--ro-bind-try', path, path)
  const own = [...systemFiles, ...envFolders(env), realpathSync(process.execPath), ...code.flatMap((path) => [path, realOf(path)])]
  for (const path of new Set(own.filter((one) => existsSync(one)))) {
    seen.push(path)
    args.push('--ro-bind', path, path)
  }
  const isInside = (path: string): boolean => seen.some((one) => path === one || path.startsWith(`${one}/`))
  for (const path of hidden.filter((one) => existsSync(one) && isInside(realOf(one)))) args.push('--size', '4096', '--tmpfs', realOf(path))
  return [...args, '--chdir', '/']
}

const realOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path)

/** Folders that the child's libraries and fonts are looked for in, by its environment. */
function envFolders(env: Readonly<Record<string, string>>): string[] {
  const file = env['FONTCONFIG_FILE']
  const lists = [env['LD_LIBRARY_PATH'], env['FONTCONFIG_PATH'], file === undefined ? undefined : dirname(file)]
  return lists.flatMap((list) => list?.split(':') ?? []).filter((path) => path.startsWith('/') && path !== '/')
}
