import { execFile, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const debianRoot = '/usr/lib/postgresql'

/** A PostgreSQL server of a test's own, on a unix socket in a folder of its own. `stop` ends it and removes all. */
export type PostgresCluster = {
  url(database: string): string
  createDatabase(name: string): Promise<string>
  restart(mode: 'fast' | 'immediate'): Promise<void>
  /** Stops all its processes where they stand, and lets them go on. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

/** Where Debian keeps the newest server's programs, or null when none is installed. */
export function postgresBin(): string | null {
  if (!existsSync(debianRoot)) return null
  const versions = readdirSync(debianRoot).filter((name) => Number(name) >= 15 && existsSync(join(debianRoot, name, 'bin/initdb')))
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? null : join(debianRoot, newest, 'bin')
}

/** The server refuses to run as root: then its own account runs it. */
function serverUser(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

/** The server and all that it started. */
function processesOf(data: string): number[] {
  const main = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readFileSync(`/proc/${main}/task/${main}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  return [main, ...children]
}

/** A process that has just ended needs none. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name)
  } catch {
    // Its work was over between the look and the signal.
  }
}

export async function startPostgres(bin: string): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-pg-'))
  const user = serverUser()
  if ('uid' in user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = { ...user, cwd: folder }
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], options)
  const settings = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off -c shared_buffers=16MB`
  await run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start'], options)
  const url = (database: string): string => `postgres://sluice@localhost/${database}?host=${encodeURIComponent(folder)}`
  return {
    url,
    async createDatabase(name) {
      await run(join(bin, 'createdb'), ['-h', folder, '-U', 'sluice', name], options)
      return url(name)
    },
    async restart(mode) {
      await run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', mode, '-l', join(folder, 'log'), '-o', settings, 'restart'], options)
    },
    freeze() {
      for (const pid of processesOf(data)) signal(pid, 'SIGSTOP')
    },
    thaw() {
      for (const pid of processesOf(data)) signal(pid, 'SIGCONT')
    },
    async stop() {
      await run(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], options)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
