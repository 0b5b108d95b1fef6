// budget: 150 s: thirteen incidents, each from its real cause, on one Sluice; lane: shared, what a page shows
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { type Channel, type HintCode, type Output, type PlayInfo, type ProblemCode, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { openRtmpSink, type SinkBehaviour } from '@sluice/testkit/rtmp-sink'
import type { Browser, Page } from 'playwright-core'
import { sleep, until } from './support/wait.ts'
import { seriousFindings, seriousFindingsInBoth } from './web/accessible.ts'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'
import { seenBy, topOf, watchPage } from './web/page-watch.ts'
import { type Publisher, publish } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'
import { mountSmallDisk, type SmallDisk } from './web/small-disk.ts'
import { actOnWall, firstRun, makeChannel, owner } from './web/visitor.ts'

const desktop = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }
const foldPx = 600
const maxShift = 0.05
const knownWithinMs = 20_000
const diskMiB = 64

describe('the channel page under pressure, in Chromium against a real Sluice', { skip: missingForWeb() }, () => {
  let sluice: Sluice
  let browser: Browser
  let page: Page
  let channel: Channel
  let disk: SmallDisk | null = null
  const complaints: string[] = []
  const open: { close(): Promise<void> }[] = []
  const encoders = new Map<'primary' | 'backup', Publisher>()
  const others: Publisher[] = []

  const api = async <T>(method: string, path: string, data?: unknown): Promise<T> => {
    const options = { method, headers: { origin: sluice.url }, ...(data === undefined ? {} : { data }) }
    const response = await page.request.fetch(sluice.url + path, options)
    assert.ok(response.ok(), `${method} ${path}: ${response.status()}`)
    return (response.status() === 204 ? undefined : await response.json()) as T
  }
  const sink = async (behaviour: SinkBehaviour): Promise<string> => {
    const opened = await openRtmpSink({ host: '127.0.0.1', port: 0, isRecording: false, behaviour })
    open.push(opened)
    return opened.url
  }
  const addOutput = (name: string, url: string): Promise<Output> =>
    api<Output>('POST', paths.channelOutputs(channel.id), { name, url, streamKey: 'a-key-of-the-far-end' })
  const row = (id: string) => page.locator(`#output-${id}`)
  /** A row that somebody adds or deletes makes the list longer or shorter, as it should: that is no shift. */
  const forgetShifts = (): Promise<void> => page.evaluate('globalThis.seen.shift = 0; globalThis.seen.shifts = []')
  const addRow = async (name: string, url: string): Promise<Output> => {
    const output = await addOutput(name, url)
    await row(output.id).waitFor()
    await forgetShifts()
    return output
  }
  const deleteRow = async (id: string): Promise<void> => {
    await api('DELETE', paths.output(id))
    await row(id).waitFor({ state: 'detached' })
    await clear()
    await forgetShifts()
  }
  const encode = (role: 'primary' | 'backup'): void => {
    const key = channel.inputs.find((input) => input.role === role)?.streamKey ?? ''
    encoders.set(role, publish(`${sluice.rtmpUrl}/${key}`))
  }
  const cut = async (role: 'primary' | 'backup'): Promise<void> => encoders.get(role)?.stop()

  const onAirSeconds = async (): Promise<number> => {
    const figure = (await page.getByRole('timer', { name: 'Broadcast' }).locator('b').textContent()) ?? ''
    const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d)$/.exec(figure) ?? assert.fail(`the clock shows "${figure}"`)
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  }
  const badge = (word: RegExp): Promise<void> =>
    page.getByRole('status', { name: 'State' }).getByText(word).waitFor({ timeout: knownWithinMs })
  const triageLine = (code: ProblemCode) => page.locator(`section[aria-label="What to do first"][data-code="${code}"]`)
  const clear = async (timeout = knownWithinMs): Promise<void> => {
    const isClear = page.getByText(/^All clear/).waitFor({ timeout })
    await isClear.catch(async () => {
      assert.fail(`not clear: ${await page.getByRole('region', { name: 'What to do first' }).textContent()}`)
    })
  }

  /** The page is at its best when it matters: what is wrong stands first with its hint, outputs are in sight, nothing has moved. */
  async function holds(code: ProblemCode, hint: HintCode, says: RegExp): Promise<void> {
    const line = triageLine(code)
    await line.waitFor({ timeout: knownWithinMs })
    assert.equal(await line.getAttribute('data-hint'), hint)
    assert.match(((await line.textContent()) ?? '').replaceAll(/\s+/g, ' '), says)
    await inSight()
  }

  /** The same of a problem that is not the first: by keyboard, from the line to the list. */
  async function alsoHolds(code: ProblemCode, hint: HintCode, says: RegExp): Promise<void> {
    const more = page.getByRole('button', { name: /^and \d+ more$/ })
    const listed = page.getByRole('dialog').locator(`section[data-code="${code}"]`)
    await until('the problem is on the list', async () => {
      await more.waitFor({ timeout: knownWithinMs })
      await more.press('Enter')
      await listed.waitFor({ timeout: 1500 }).catch(() => {})
      if (await listed.isVisible()) return true
      await page.keyboard.press('Escape')
      return false
    })
    assert.equal(await listed.getAttribute('data-hint'), hint)
    assert.match((await listed.textContent()) ?? '', says)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await inSight()
  }

  /** A channel of its own with two encoders on it, whose page is open. */
  async function openShow(name: string, video: readonly string[] | undefined, settings: object): Promise<Channel> {
    const { id } = await makeChannel(page, sluice.url, name)
    const show = await api<Channel>('PATCH', paths.channel(id), settings)
    await api('POST', paths.channelOutputs(id), { name: 'YouTube', url: await sink({ type: 'accept' }), streamKey: 'a-key-of-the-far-end' })
    for (const role of ['primary', 'backup'] as const) {
      const key = show.inputs.find((input) => input.role === role)?.streamKey ?? ''
      others.push(publish(`${sluice.rtmpUrl}/${key}`, '320x180', video === undefined ? {} : { video }))
      await until(`the ${role} is there`, async () => {
        const { inputs } = await api<Channel>('GET', paths.channel(id))
        return inputs.some((input) => input.role === role && input.actual?.state === 'receiving')
      })
    }
    await page.goto(`${sluice.url}/channels/${id}`)
    await page.getByRole('status', { name: 'State' }).getByText('Live').waitFor({ timeout: knownWithinMs })
    return show
  }

  async function inSight(): Promise<void> {
    const top = await topOf(page, '[id^="output-"]')
    assert.ok(top !== null && top < foldPx, `the first output begins at ${top} px of ${desktop.height}`)
    const attention = await topOf(page, 'section[aria-label="What to do first"], section[aria-label="Mode"]')
    assert.ok(attention !== null && attention < 200, `what is wrong stands at ${attention} px`)
    const { shift, shifts } = await seenBy(page)
    assert.ok(shift < maxShift, `the layout shifted by ${shift.toFixed(3)}: ${shifts.join(' | ')}`)
    await page.setViewportSize(phone)
    const phoneTop = await topOf(page, '[id^="output-"]')
    assert.ok(phoneTop !== null && phoneTop < 2 * phone.height, `on a phone the first output begins at ${phoneTop} px`)
    await page.setViewportSize(desktop)
    // A change of the window moves everything: it counts for nobody.
    await forgetShifts()
  }

  before(async () => {
    disk = mountSmallDisk(diskMiB)
    sluice = await startSluice(disk === null ? {} : { dataDir: disk.dataDir })
    browser = await openBrowser()
    page = await (await browser.newContext({ viewport: desktop })).newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    await firstRun(page, sluice.setupUrl)
    const { id } = await makeChannel(page, sluice.url, 'Evening show')
    channel = await api<Channel>('GET', paths.channel(id))
    await addOutput('YouTube', await sink({ type: 'accept' }))
    await addOutput('Twitch', await sink({ type: 'accept' }))
    await watchPage(page)
    await page.goto(`${sluice.url}/channels/${id}`)
    await page.getByText(/^No encoder is connected/).waitFor()
  })
  // A test that fails leaves no lock to the next one.
  afterEach(async () => {
    const { lock } = await api<Channel>('GET', paths.channel(channel.id))
    if (lock !== 'auto') await api('POST', paths.channelSource(channel.id), { lock: 'auto' })
  })
  after(async () => {
    for (const encoder of [...encoders.values(), ...others]) await encoder.stop()
    await browser?.close()
    await sluice?.stop()
    for (const one of open) await one.close()
    disk?.close()
  })

  test('a faultless start is blue and then green, never amber, and the clock runs', async () => {
    encode('primary')
    await clear()
    const { rowTones } = await seenBy(page)
    assert.ok(!rowTones.includes('warn') && !rowTones.includes('bad'), `outputs were ${rowTones.join(', ')}`)
    assert.match((await page.getByRole('list', { name: 'Proof' }).textContent()) ?? '', /2 of 2 delivered and confirmed/)
    await page
      .getByText(/confirmed, last \d/)
      .first()
      .waitFor()
    await badge(/^Live$/)
    await inSight()
  })

  test('the page is filled as soon as it is loaded: nothing moves, and the graphs show the time before', async () => {
    encode('backup')
    await page.getByText('Backup ready', { exact: true }).waitFor({ timeout: knownWithinMs })
    await page.reload()
    await clear()
    const sparks = `document.querySelectorAll('[id^="output-"] path[d^="M"]').length > 2`
    await until('the graphs are filled', () => page.evaluate<boolean>(sparks))
    await inSight()
  })

  test('the wall shows what is on the air, and the slate when that is on the air', async () => {
    const wall = await page.context().newPage()
    await wall.setViewportSize(desktop)
    await wall.goto(`${sluice.url}/wall`)
    const picture = wall.getByRole('listitem').filter({ hasText: 'Evening show' }).locator('img')
    await picture.waitFor({ timeout: knownWithinMs })
    const isDrawn = `(() => { const img = document.querySelector('li img'); return img.complete && img.naturalWidth === 320 && img.naturalHeight === 180 })()`
    await until('the picture is decoded', () => wall.evaluate<boolean>(isDrawn))
    assert.deepEqual(await seriousFindings(wall), [])
    await wall.close()
  })

  test('a lock says what it means and is undone by a key', async () => {
    await api('POST', paths.channelSource(channel.id), { lock: 'primary' })
    const mode = page.getByRole('region', { name: 'Mode' })
    await mode.getByText(/locked the primary at \d\d:\d\d/).waitFor({ timeout: knownWithinMs })
    await badge(/Locked/)
    await inSight()
    await page.keyboard.press('u')
    await mode.waitFor({ state: 'detached', timeout: knownWithinMs })
    await clear()
  })

  test('a rollback names what it stopped and is undone by a key; the lock that came with it is said too', async () => {
    await api('POST', paths.channelRollback(channel.id), { keep: 1 })
    const mode = page.getByRole('region', { name: 'Mode' })
    await mode.getByText(/Stopped: Twitch\./).waitFor({ timeout: knownWithinMs })
    await holds('locked', 'contribution', /viewers get the slate/)
    await badge(/Rolled back/)
    await page.keyboard.press('u')
    await mode.waitFor({ state: 'detached', timeout: knownWithinMs })
    // It had gone to the input that was steadiest.
    if ((await api<Channel>('GET', paths.channel(channel.id))).source !== 'primary')
      await api('POST', paths.channelSource(channel.id), { take: 'primary' })
    await clear()
  })

  test('a refused key: credentials first, and one key opens the place for the new one [OPS-09]', async () => {
    const { id } = await addRow('Facebook', await sink({ type: 'reject-auth' }))
    await holds('key-refused', 'credentials', /Facebook refused the stream key.*not affected/)
    await badge(/1 failed/)
    await page.keyboard.press('t')
    await page.getByRole('dialog').getByLabel('Stream key').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const tab = await actOnWall(page, sluice.url, 'Replace key: Evening show')
    await tab.getByRole('dialog', { name: 'Edit Facebook' }).waitFor()
    await tab.close()
    await page.keyboard.press('3')
    assert.equal(await page.evaluate('document.activeElement.id'), `output-${id}`)
    await deleteRow(id)
  })

  test('a reader that stalls: the retry queue, and that Sluice works on it', async () => {
    const { id } = await addRow('Partner Paris', await sink({ type: 'stall', afterMs: 1500 }))
    await holds('output-stalled', 'retry-queue', /Partner Paris stopped reading/)
    await badge(/1 (stalled|retrying)/)
    await deleteRow(id)
  })

  test('nobody is kept out: axe finds nothing serious, in light and dark', async () => {
    assert.deepEqual(await seriousFindingsInBoth(page), [])
    await forgetShifts()
  })

  test('a dead backup: the show is not affected, and nothing would take over', async () => {
    await cut('backup')
    await holds('backup-down', 'contribution', /The backup stopped sending.*The show is not affected/)
    encode('backup')
    await clear()
  })

  test('a killed encoder: the backup took over, no output noticed, and the clock went on', async () => {
    const before = await onAirSeconds()
    await cut('primary')
    await holds('primary-down', 'contribution', /The primary stopped sending.*The backup took over in .* no output noticed/)
    await badge(/On backup/)
    const after = await onAirSeconds()
    assert.ok(after >= before, `the clock went back from ${before} to ${after} s`)
    await until('the clock runs', async () => (await onAirSeconds()) > after)
  })

  test('no input is left: the slate with its countdown, and how the show goes on', async () => {
    await cut('backup')
    await holds('inputs-gone', 'contribution', /^Both inputs are gone/)
    await page.getByRole('region', { name: 'Mode' }).getByText('Viewers see the slate.').waitFor()
    await badge(/^Slate$/)
    // The test picture moves, a slate stands still.
    let seen = ''
    await until('the picture of the channel is the slate', async () => {
      await sleep(2100)
      const before = seen
      seen = (await page.request.get(sluice.url + paths.channelThumbnail(channel.id))).headers()['etag'] ?? ''
      return seen !== '' && seen === before
    })
    encode('primary')
    await badge(/^Live$/)
    encode('backup')
    await clear(40_000)
  })

  test('a killed engine: it restarted, and nothing is to be done', async () => {
    const { items } = await api<{ items: StoredEvent[] }>('GET', `${paths.eventLog}?channel=none&limit=50`)
    const started = items.find(({ name }) => name === 'engine.started')
    process.kill(Number(started?.data['pid']), 'SIGKILL')
    for (const role of ['primary', 'backup'] as const) await cut(role)
    await page.getByText('The media engine restarted').first().waitFor({ timeout: knownWithinMs })
    await until('another engine is up', async () => (await api<Channel>('GET', paths.channel(channel.id))).engine !== null, knownWithinMs)
    const play = await api<PlayInfo>('GET', paths.play(channel.playback.playId))
    assert.equal(play.state, 'break', 'viewers are told that the show comes back')
    encode('primary')
    await holds('engine-restarted', 'retry-queue', /The media engine restarted/)
    encode('backup')
    await page.getByText('2 of 2 delivered and confirmed').waitFor({ timeout: knownWithinMs })
  })

  test('a session that ends on the server: the page says so in place, keeps what was typed, and goes on after sign-in', async () => {
    const { id } = await addRow('Facebook', await sink({ type: 'reject-auth' }))
    await triageLine('key-refused').waitFor({ timeout: knownWithinMs })
    await page.keyboard.press('t')
    const dialog = page.getByRole('dialog', { name: 'Edit Facebook' })
    await dialog.getByLabel('Stream key').first().fill('the-key-that-is-typed')
    // What moved until here is the end of the incident before.
    await forgetShifts()
    const elsewhere = await page.context().browser()!.newContext()
    const headers = { origin: sluice.url }
    const signedIn = await elsewhere.request.post(sluice.url + paths.session, { data: owner, headers })
    assert.ok(signedIn.ok(), `${signedIn.status()}`)
    assert.equal((await elsewhere.request.delete(sluice.url + paths.accountSessions, { headers })).status(), 204)
    await elsewhere.close()
    await page.keyboard.press('Enter')
    const again = page.getByRole('dialog', { name: 'You were signed out' })
    await again.getByText('Your streams keep running.').waitFor({ timeout: knownWithinMs })
    await inSight()
    assert.equal(await dialog.getByLabel('Stream key').first().inputValue(), 'the-key-that-is-typed')
    await page.keyboard.type(owner.password)
    const saved = page.waitForResponse((answer) => answer.url() === sluice.url + paths.output(id) && answer.request().method() === 'PATCH')
    await page.keyboard.press('Enter')
    assert.match((await saved).request().postData() ?? '', /the-key-that-is-typed/)
    assert.ok((await saved).ok())
    await again.waitFor({ state: 'detached', timeout: knownWithinMs })
    await dialog.waitFor({ state: 'detached', timeout: knownWithinMs })
    await api('DELETE', paths.output(id))
    await row(id).waitFor({ state: 'detached' })
  })

  test('a source that hangs under a long detection timeout: the failover was slow, and the timeout is why', async () => {
    const failover = { triggerMs: 6000, holdMs: 1000 }
    await openShow('Matinee', undefined, { failover, override: { reason: 'a staged incident' } })
    others.at(-2)?.hang()
    await alsoHolds('slow-failover', 'detection-timeout', /The last failover took 6\.\d s: its detection timeout is 6\.0 s/)
  })

  test('key frames ten seconds apart: viewers who start wait for a picture, and the page says so', async () => {
    const video = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-b:v',
      '500k',
      '-g',
      '300',
      '-keyint_min',
      '300',
      '-sc_threshold',
      '0',
      '-pix_fmt',
      'yuv420p',
    ]
    await openShow('Late show', video, {})
    await alsoHolds('playback', 'player-buffer', /./)
  })

  test('a full disk: the show goes on, and what Sluice can not keep', async (t) => {
    if (disk === null) return t.skip('no tmpfs can be mounted here: that needs root')
    await page.goto(`${sluice.url}/channels/${channel.id}`)
    await page.locator('[id^="output-"]').first().waitFor()
    const free = disk.fill()
    const rename = async (name: string): Promise<number> => {
      const options = { data: { name }, headers: { origin: sluice.url } }
      return (await page.request.patch(sluice.url + paths.channel(channel.id), options)).status()
    }
    // What room the database has inside its own files is used up first.
    let tries = 0
    await until('a write is refused', async () => (await rename(`Evening show ${'x'.repeat(40)} ${tries++}`)) === 503, knownWithinMs)
    // Things happen that are to be kept, until there is no room for them either.
    await cut('backup')
    for (let more = 0; more < 10 && !(await triageLine('storage').isVisible()); more++) {
      encode('backup')
      await sleep(1500)
      await cut('backup')
      await sleep(500)
    }
    await holds('storage', 'machine', /The show goes on/)
    free()
    encode('backup')
    await triageLine('storage').waitFor({ state: 'detached', timeout: 40_000 })
  })

  test('nothing was thrown on the way', () => assert.deepEqual(complaints, []))
})
