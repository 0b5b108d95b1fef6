import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where Debian's nginx-rtmp package puts its module. */
export const nginxRtmpModule = '/usr/lib/nginx/modules/ngx_rtmp_module.so'
/** nginx and ip are not in a plain user's path. */
const places = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin']

/** Why a test must be skipped, or false: the first of `names` (programs, or files by their full path) that is not on this machine. */
export function missing(...names: readonly string[]): string | false {
  const absent = names.find(
    (name) => !(name.startsWith('/') ? [name] : places.map((place) => path.join(place, name))).some((file) => existsSync(file)),
  )
  return absent === undefined ? false : `${absent} is not installed; npm test installs it on Debian`
}

const transcoder = fileURLToPath(new URL('../../apps/transcoder', import.meta.url))

/** Why a test that converts or decodes must be skipped, or false. */
export const missingCodecs = (): string | false =>
  spawnSync(process.execPath, ['--import', 'node-av', '-e', ''], { cwd: transcoder }).status === 0
    ? false
    : 'node-av is not installed for this machine'
