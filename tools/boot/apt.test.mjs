import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { testTools } from './apt.mjs'
import { fromRoot } from './places.mjs'

const isRoot = process.getuid?.() === 0
const noDebian = !existsSync('/usr/bin/apt-get') && 'this is no Debian'

/**
 * Runs installTestTools with a dpkg-query and an apt-get of our own in PATH. `apt` is the body of apt-get; a package named in the
 * file `$HAVE` counts as installed. `asNobody`: it takes itself for another user than root. Answers what was said, and what apt-get was asked,
 * a call a line.
 */
function withFakeApt(apt, { have = [], asNobody = false } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-apt-'))
  try {
    const script = (name, body) => {
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`)
      chmodSync(path.join(folder, name), 0o755)
    }
    writeFileSync(path.join(folder, 'have'), have.map((name) => `${name} installed\n`).join(''))
    writeFileSync(path.join(folder, 'asked'), '')
    for (const name of ['have', 'asked']) chmodSync(path.join(folder, name), 0o666)
    chmodSync(folder, 0o755)
    script('dpkg-query', 'cat "$HAVE"')
    script('apt-get', `echo "$@" >>"$ASKED"\n${apt}`)
    // Not by another uid: the checkout may lie where only root may look.
    const user = asNobody ? 'process.getuid = () => 65_534; ' : ''
    const code = `${user}import { installTestTools } from ${JSON.stringify(fromRoot('tools/boot/apt.mjs'))}; await installTestTools()`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { PATH: `${folder}:/usr/bin:/bin`, HAVE: path.join(folder, 'have'), ASKED: path.join(folder, 'asked') },
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    return { said: stderr, asked: readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const all = Object.keys(testTools)

test('nothing is asked and said when all is there', { skip: noDebian }, () => {
  assert.deepEqual(withFakeApt('exit 1', { have: all }), { said: '', asked: [''] })
})

test('root gets what is missing, and only that', { skip: noDebian || (!isRoot && 'not root') }, () => {
  const { said, asked } = withFakeApt('[ "$1" = update ] || echo "rtmpdump installed" >>"$HAVE"', {
    have: all.filter((name) => name !== 'rtmpdump'),
  })
  assert.deepEqual(asked, ['update -qq', 'install -y -qq --no-install-recommends rtmpdump'])
  assert.match(said, /Debian packages installed/)
  assert.doesNotMatch(said, /missing/)
})

test('one package that apt does not have keeps no other away', { skip: noDebian || (!isRoot && 'not root') }, () => {
  const apt = 'case "$*" in *chromium*) exit 100 ;; *rtmpdump*) echo "rtmpdump installed" >>"$HAVE" ;; esac'
  const { said, asked } = withFakeApt(apt, { have: all.filter((name) => !['rtmpdump', 'chromium'].includes(name)) })
  assert.equal(asked.length, 4)
  assert.match(said, /apt could not install them/)
  assert.match(said, /- chromium: console and player in a browser/)
  assert.doesNotMatch(said, /- rtmpdump/)
})

test('whoever is not root is told what is missing, what it means, and the command', {
  skip: noDebian,
}, () => {
  const { said, asked } = withFakeApt('exit 1', { have: all.filter((name) => name !== 'ffmpeg'), asNobody: true })
  assert.deepEqual(asked, [''])
  assert.match(said, /not root on Debian.*tests that need them are skipped/)
  assert.match(said, /As root: apt-get install ffmpeg\n/)
})
