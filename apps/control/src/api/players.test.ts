import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type AuditEntry,
  type Channel,
  type CreatePlayerBody,
  type OEmbed,
  type Page,
  type Player,
  type PlayInfo,
  paths,
  playerLimits,
} from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  await operator.ok('PATCH', paths.channel(channel.id), { page: { title: 'Evening show', text: 'Three bands', colour: '#8a3b12' } })
})
after(() => under.stop())

const make = (body: CreatePlayerBody): Promise<Player> => operator.ok('POST', paths.channelPlayers(channel.id), body)
const play = (id: string): Promise<PlayInfo> => under.anyone.ok<PlayInfo>('GET', paths.play(id))
const policyOf = async (path: string): Promise<string> =>
  (await under.anyone.get(path)).headers.get('content-security-policy')?.match(/frame-ancestors ([^;]*)/)?.[1] ?? ''

test('a player has an address of its own, its own look and start, and the channel’s page stays as it is [EMB-03] [EMB-07]', async () => {
  const player = await make({
    name: 'News',
    look: { title: 'Live from the harbour', accent: '#0A7A49', background: '#101820', logo: false },
    start: { muted: false, maxHeight: 720 },
  })
  assert.match(player.playId, /^[a-z2-9]{32}$/)
  assert.notEqual(player.playId, channel.playback.playId)
  assert.deepEqual(player.start, { autoplay: true, muted: false, maxHeight: 720 })
  assert.match(player.page, new RegExp(`/watch/${player.playId}$`))
  assert.ok(player.code.iframe.includes(`src="${player.embed}"`) && player.code.element.includes(`play="${player.playId}"`))
  const { page, player: own, hls } = await play(player.playId)
  assert.deepEqual([page.title, page.text, page.colour], ['Live from the harbour', 'Three bands', '#0a7a49'])
  assert.deepEqual(own, { accent: '#0a7a49', background: '#101820', logo: false, start: player.start })
  assert.equal(hls, channel.playback.hls)
  const bare = await play(channel.playback.playId)
  assert.deepEqual([bare.page.title, bare.page.colour, bare.player], ['Evening show', '#8a3b12', null])
  const { items } = await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)
  assert.equal(items[0]?.action, 'player.create')
})

test('a change takes single fields, is on record, and one that changes nothing is not', async () => {
  const player = await make({ name: 'Changing', look: { title: 'One', text: 'Kept' } })
  const changed = await operator.ok<Player>('PATCH', paths.player(player.id), { look: { title: null }, sites: ['https://News.Example'] })
  assert.deepEqual([changed.look.title, changed.look.text, changed.sites], [null, 'Kept', ['https://news.example']])
  const last = async () => (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items[0]!
  const { id, summary } = await last()
  assert.match(summary, /allowed sites, look/)
  await operator.ok('PATCH', paths.player(player.id), { look: { title: null } })
  assert.equal((await last()).id, id)
})

test('a player that names its sites is shown in their frames alone, and tells other sites nothing [EMB-01]', async () => {
  const player = await make({ name: 'Partner', sites: ['https://news.example', 'https://*.partner.example'] })
  assert.equal(await policyOf(`/embed/${player.playId}`), "'self' https://news.example https://*.partner.example")
  assert.equal(await policyOf(`/watch/${player.playId}`), "'none'")
  const from = (origin: string) => under.anyone.get(paths.play(player.playId), { origin })
  assert.equal((await from('https://tv.partner.example')).status, 200)
  assert.equal((await from(under.anyone.url)).status, 200, 'our own page')
  const refused = await from('https://elsewhere.example')
  assert.deepEqual([refused.status, (refused.body as { code: string }).code], [403, 'SITE_REFUSED'])
  const beacon = await under.anyone.ask('POST', paths.playBeacons(player.playId), {
    body: {},
    headers: { origin: 'https://elsewhere.example' },
  })
  assert.equal(beacon.status, 403)
  assert.equal(await policyOf(`/embed/${channel.playback.playId}`), '*')
})

test('a deleted player plays no more, and a replaced play id leaves players as they are', async () => {
  const [gone, stays] = [await make({ name: 'Gone' }), await make({ name: 'Stays' })]
  await operator.ok('DELETE', paths.player(gone.id))
  assert.equal((await under.anyone.refused('GET', paths.play(gone.playId))).code, 'NOT_FOUND')
  assert.equal((await operator.refused('GET', paths.player(gone.id))).code, 'NOT_FOUND')
  const rotated = await operator.ok<Channel>('POST', paths.channelPlaybackRotate(channel.id))
  assert.equal((await play(stays.playId)).hls, rotated.playback.hls)
  channel = rotated
})

test('sites that are none, colours that carry no text and unknown fields are refused with the field', async () => {
  const bad: [string, object][] = [
    ['sites.0', { sites: ['news.example'] }],
    ['sites.0', { sites: ['https://news.example/path'] }],
    ['sites.0', { sites: ['https://x; script-src *'] }],
    ['sites.0', { sites: ['https://*'] }],
    ['look.accent', { look: { accent: '#808080' } }],
    ['look.background', { look: { background: 'red' } }],
    ['start.maxHeight', { start: { maxHeight: 1 } }],
    ['look', { look: { font: 'Comic Sans' } }],
    ['name', { name: '' }],
  ]
  for (const [path, body] of bad) {
    const { status, fields } = await operator.refused('POST', paths.channelPlayers(channel.id), { name: 'Bad', ...body })
    assert.deepEqual([status, fields?.[0]?.path], [400, path], JSON.stringify(body))
  }
  await make({ name: 'Twice' })
  assert.equal((await operator.refused('POST', paths.channelPlayers(channel.id), { name: 'Twice' })).code, 'PLAYER_NAME_TAKEN')
})

test('a link to a player is answered as oEmbed, in the room that a site has; another site’s link is not', async () => {
  const player = await make({ name: 'Linked', look: { title: 'A "quoted" show' } })
  const ask = (query: string) => under.anyone.get(`${paths.oembed}?${query}`)
  const url = encodeURIComponent(player.page)
  const answer = (await ask(`url=${url}&maxwidth=800&maxheight=300`)).body as OEmbed
  assert.deepEqual([answer.type, answer.version, answer.width, answer.height, answer.title], ['video', '1.0', 533, 300, 'A "quoted" show'])
  assert.match(answer.html, /title="A &quot;quoted&quot; show" width="533" height="300"/)
  assert.ok(answer.html.includes(player.embed))
  assert.equal((await ask(`url=${url}&format=xml`)).status, 501)
  for (const other of ['https://elsewhere.example/watch/x', `${under.anyone.url}/watch/none`, `${under.anyone.url}/login`])
    assert.equal((await ask(`url=${encodeURIComponent(other)}`)).status, 404, other)
  const html = String((await under.anyone.get(`/watch/${player.playId}`)).body)
  // Without built pages there is no head to put it into.
  if (html.includes('</head>') && !html.includes('not built')) assert.ok(html.includes(`application/json+oembed" href="${player.oembed}"`))
})

test('a channel has no more players than the limit, a reader changes none, and strangers see none', async () => {
  const other = await operator.ok<Channel>('POST', paths.channels, { name: 'Full' })
  const add = (n: number) => ['POST', paths.channelPlayers(other.id), { name: `Player ${n}` }] as const
  for (let n = 0; n < playerLimits.players; n++) await operator.ok(...add(n))
  assert.equal((await operator.refused(...add(99))).code, 'PLAYER_LIMIT')
  const list = await operator.ok<Page<Player>>('GET', paths.channelPlayers(other.id))
  assert.equal(list.items.length, playerLimits.players)
  const one = list.items[0]!
  const reader = await readOnly(operator)
  assert.equal((await reader.get(paths.player(one.id))).status, 200)
  for (const [method, path, body] of [
    add(1),
    ['PATCH', paths.player(one.id), { name: 'No' }],
    ['DELETE', paths.player(one.id), undefined],
  ] as const)
    assert.equal((await reader.refused(method, path, body)).code, 'SCOPE_MISSING')
  const stranger = (await under.newWorkspace()).operator
  assert.equal((await stranger.refused('GET', paths.player(one.id))).code, 'NOT_FOUND')
  assert.equal((await stranger.refused('GET', paths.channelPlayers(other.id))).code, 'NOT_FOUND')
  await operator.ok('DELETE', paths.channel(other.id))
  assert.equal((await under.anyone.refused('GET', paths.play(one.playId))).code, 'NOT_FOUND')
})
