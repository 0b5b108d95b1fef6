import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from '../srt/child.ts'
import { freePorts } from '../web/free-ports.ts'
import { writeObsHome } from './obs-home.ts'
import { type ObsRemote, openObsRemote } from './obs-remote.ts'

/** A real OBS that streams since its start. */
export type ObsProcess = {
  readonly remote: ObsRemote
  /** The end of its log. */
  lastWords(): Promise<string>
  /** Ends it by its process id; SIGKILL leaves it no time for a last word. */
  end(signal: 'SIGINT' | 'SIGKILL'): Promise<void>
}

/** Starts OBS on `display` with a home of its own, which goes with it. */
export async function startObs(display: string, address: { server: string; key: string }): Promise<ObsProcess> {
  const home = await mkdtemp(join(tmpdir(), 'sluice-obs-'))
  const [port = 0] = await freePorts(1)
  await writeObsHome(home, address, port)
  const env = {
    HOME: home,
    XDG_RUNTIME_DIR: join(home, 'run'),
    XDG_CONFIG_HOME: join(home, '.config'),
    DISPLAY: display,
    LIBGL_ALWAYS_SOFTWARE: '1',
    QT_QPA_PLATFORM: 'xcb',
  }
  const args = ['--startstreaming', '--minimize-to-tray', '--multi', '--disable-updater', '--profile', 'Sluice', '--collection', 'Sluice']
  const child = new Child('obs', args, { env, keepsAll: true })
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true })
  try {
    const remote = await openObsRemote(port)
    return {
      remote,
      lastWords: () => lastWords(home),
      async end(signal) {
        remote.close()
        const hard = setTimeout(() => child.process.kill('SIGKILL'), 10_000)
        await child.stop(signal)
        clearTimeout(hard)
        await remove()
      },
    }
  } catch (error) {
    await child.stop()
    const words = await lastWords(home)
    await remove()
    throw new Error(`${error instanceof Error ? error.message : error}; OBS said:\n${child.said.slice(-1000)}\n${words}`)
  }
}

/** Keys in it are those of a Sluice that goes with this run. */
async function lastWords(home: string): Promise<string> {
  const folder = join(home, '.config', 'obs-studio', 'logs')
  const [newest] = (await readdir(folder).catch(() => [])).toSorted().reverse()
  if (newest === undefined) return '(no log yet)'
  return (await readFile(join(folder, newest), 'utf8')).split('\n').slice(-25).join('\n')
}
