import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { runCommand } from './run-command.mjs'
import { say, timed } from './say.mjs'

/** Debian packages that stand on the other side in tests, and what is skipped without them. */
export const testTools = {
  ffmpeg: 'publishing from and receiving in ffmpeg, most end-to-end tests',
  'srt-tools': 'SRT against libsrt',
  'nginx-light': 'RTMP against nginx',
  'libnginx-mod-rtmp': 'RTMP against nginx',
  rtmpdump: 'RTMP against librtmp',
  'gstreamer1.0-tools': 'RTMP against GStreamer',
  'gstreamer1.0-plugins-base': 'RTMP against GStreamer',
  'gstreamer1.0-plugins-good': 'RTMP against GStreamer',
  'gstreamer1.0-plugins-bad': 'RTMP against GStreamer',
  'gstreamer1.0-plugins-ugly': 'RTMP against GStreamer',
  'gstreamer1.0-libav': 'RTMP against GStreamer',
  'libxml2-utils': 'manifests of DASH against their schema',
  chromium: 'console and player in a browser',
  postgresql: 'the database suite on PostgreSQL',
  iproute2: 'loss and delay on a network',
  bubblewrap: 'the sandbox of code that decodes media',
  openssl: 'TLS with certificates of all kinds',
  procps: 'what the process list shows',
  faketime: 'wall clocks that jump',
}

const policyFile = '/usr/sbin/policy-rc.d'
const aptEnv = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }

/** Installs the Debian packages that the tests use, where this is Debian and we are root; else says what is missing and goes on. */
export async function installTestTools() {
  const missing = await missingPackages()
  if (missing.length === 0 || process.env.SLUICE_SKIP_APT) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return tellSkipped(missing, 'not root on Debian, so nothing was installed')
  say(`installing Debian packages for the tests: ${missing.join(' ')}`)
  const left = await timed('Debian packages installed', () => withoutServices(() => aptInstall(missing)))
  if (left.length > 0) tellSkipped(left, 'apt could not install them')
}

async function missingPackages() {
  const names = Object.keys(testTools)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills it in
  const format = '${Package} ${db:Status-Status}\n'
  const { output } = await runCommand('dpkg-query', ['--show', '--showformat', format, ...names])
  const present = new Set(
    output
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  )
  return names.filter((name) => !present.has(name))
}

/** Answers what is still missing. One package that can't be had must not keep the others away. */
async function aptInstall(names) {
  const update = await runCommand('apt-get', ['update', '-qq'], { env: aptEnv })
  if (update.code !== 0) say(`apt-get update failed: ${lastLine(update.output)}`)
  const apt = (packages) => runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env: aptEnv })
  const all = await apt(names)
  if (all.code !== 0) {
    say(`apt-get install failed: ${lastLine(all.output)}; trying each package alone`)
    for (const name of names) await apt([name])
  }
  return missingPackages()
}

/** Debian starts a service as soon as it is installed; the tests start their own servers, on ports of their own. */
async function withoutServices(work) {
  if (existsSync(policyFile)) return work()
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    rmSync(policyFile, { force: true })
  }
}

function tellSkipped(missing, why) {
  say(`missing Debian packages (${why}); tests that need them are skipped:`)
  for (const name of missing) process.stderr.write(`        - ${name}: ${testTools[name]}\n`)
  process.stderr.write(`        As root: apt-get install ${missing.join(' ')}\n`)
}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? ''
