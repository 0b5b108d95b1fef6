import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type Channel,
  type CreatedApiKey,
  type CreatedGuestLink,
  type CreatedInvitation,
  type Destination,
  type Invitation,
  keyScopes,
  type Member,
  missingScopes,
  type OperationId,
  type Output,
  type Page,
  type Permission,
  paths,
  type Role,
  roleScopes,
  roles,
  routePermissions,
  type Scope,
} from '@sluice/contract/api'
import { Problem } from '@sluice/contract/errors'
import { type Answer, asBrowser, type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { EventStream } from '../testing/event-stream.ts'
import { type KnownRoute, withRoutes } from '../testing/routes-of-server.ts'

const password = 'a long enough one'
const apiPrefix = '/api/v1/'

let under: ControlUnderTest
let routes: (KnownRoute & { id: OperationId; permission: Permission })[]
before(async () => {
  const started = await withRoutes(() => startTestControl())
  under = started.result
  // HEAD goes with each GET by itself.
  routes = started.routes
    .filter(({ method, url }) => (url.startsWith(apiPrefix) || url === paths.oembed) && method !== 'HEAD')
    .map((route) => {
      const id = route.schema['operationId'] as OperationId
      return { ...route, id, permission: routePermissions[id] }
    })
})
after(() => under.stop())

test('every route has a verdict of its own, and no verdict is left of a route that has gone', () => {
  const found = routes.map(({ id }) => id)
  assert.deepEqual(found.toSorted(), Object.keys(routePermissions).toSorted())
  assert.ok(found.length > 80)
})

type Place = { readonly operator: Caller; readonly ids: Readonly<Record<string, string>> }

/** A workspace with one of everything that a path names. */
async function makePlace(): Promise<Place> {
  const { operator } = await under.newWorkspace()
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Evening show' })
  const destination = await operator.ok<Destination>('POST', paths.destinations, {
    name: 'Kept',
    platform: 'custom',
    url: 'rtmp://live.example.com/app',
    streamKey: 'abcdefgh',
    class: 'B',
  })
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), {
    name: 'Out',
    destinationId: destination.id,
    enabled: false,
  })
  const key = await operator.ok<CreatedApiKey>('POST', paths.apiKeys, { name: 'k', role: 'observer' })
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const link = await operator.ok<CreatedGuestLink>('POST', paths.channelGuestLinks(channel.id), { name: 'Guest', expiresAt })
  const invitation = await operator.ok<CreatedInvitation>('POST', paths.invitations, { role: 'observer' })
  const other = await join(operator, 'observer')
  return {
    operator,
    ids: {
      channels: channel.id,
      inputs: channel.inputs[0]!.id,
      destinations: destination.id,
      outputs: output.id,
      'api-keys': key.id,
      'guest-links': link.id,
      invitations: invitation.id,
      members: await userIdOf(other.browser),
    },
  }
}

let people = 0
const userIdOf = async (browser: Caller): Promise<string> => (await browser.ok<{ user: { id: string } }>('GET', paths.session)).user.id

/** Somebody new who came in by an invitation. */
async function join(operator: Caller, role: Role): Promise<{ browser: Caller; email: string }> {
  const { url } = await operator.ok<CreatedInvitation>('POST', paths.invitations, { role })
  const email = `person${++people}@example.com`
  const token = new URL(url!).hash.replace('#token=', '')
  const answer = await under.anyone.ask('POST', paths.join, { body: { token, name: `Person ${people}`, email, password } })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return { browser: asBrowser(under.anyone, answer), email }
}

/** The route's address in this place; `:id` is of what the path names before it. */
const addressOf = (url: string, { ids }: Place): string =>
  url
    .replace(/([a-z-]+)\/:id/g, (_, noun: string) => `${noun}/${ids[noun] ?? '01890000-0000-7000-8000-000000000000'}`)
    .replace(':class', 'B')
    .replace(/:\w+/g, 'x')

/** Calls a route with a body that changes nothing where one is needed: what is asked here is who gets as far as that. */
async function call(caller: Caller, { method, url, id }: { method: string; url: string; id: OperationId }, place: Place): Promise<Answer> {
  const address = addressOf(url, place)
  if (id === 'streamEvents') {
    const stream = await EventStream.open(caller)
    void stream.close()
    return { status: stream.status, headers: new Headers(), body: null }
  }
  return caller.ask(method, address, method === 'GET' || method === 'DELETE' ? {} : { body: {} })
}

/** What ends the caller's own session or membership comes last, and what takes something away comes after what needs it. */
const last: readonly OperationId[] = ['deleteWorkspace', 'endOtherSessions', 'signOut']
const rank = ({ method, id }: { method: string; id: OperationId }): number =>
  last.includes(id) ? 9 : ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'].indexOf(method)
const inOrder = () => routes.toSorted((a, b) => rank(a) - rank(b) || last.indexOf(a.id) - last.indexOf(b.id))

async function walk(
  caller: Caller,
  place: Place,
  may: (permission: Permission) => boolean,
  skipped: readonly OperationId[] = [],
): Promise<void> {
  const wrong: string[] = []
  for (const route of inOrder()) {
    if (route.permission === 'public' || skipped.includes(route.id)) continue
    const answer = await call(caller, route, place)
    const isRefused = answer.status === 401 || answer.status === 403
    const isAllowed = may(route.permission)
    const code = isRefused ? Problem.parse(answer.body).code : ''
    if (isAllowed && !isRefused) continue
    if (!isAllowed && code === 'SCOPE_MISSING') continue
    wrong.push(`${route.id} (${JSON.stringify(route.permission)}): ${answer.status} ${code}, ${isAllowed ? 'may' : 'may not'}`)
  }
  assert.deepEqual(wrong, [])
}

const reaches = (scopes: readonly Scope[], isPerson: boolean) => (permission: Permission) =>
  permission === 'person' ? isPerson : missingScopes(permission, new Set(scopes)).length === 0

for (const role of roles) {
  test(`${role}: every route does what the table of roles says [TEAM-01]`, async () => {
    const place = await makePlace()
    const { browser, email } = await join(place.operator, role)
    // Two owners, or the last one could not go.
    await join(place.operator, 'owner')
    await walk(browser, place, reaches(roleScopes[role], true), ['leaveWorkspace'])
    const again = asBrowser(under.anyone, await under.anyone.ask('POST', paths.session, { body: { email, password } }))
    assert.equal((await again.ask('DELETE', paths.membership)).status, 204)
    assert.equal((await again.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  })

  test(`an API key of the role ${role} reaches as far as the role, but for people and the workspace itself`, async () => {
    const place = await makePlace()
    const made = await place.operator.ok<CreatedApiKey>('POST', paths.apiKeys, { name: role, role })
    assert.deepEqual(made.scopes, keyScopes(role))
    const key = under.anyone.with({ authorization: `Bearer ${made.key}` })
    const skipped: OperationId[] = ['createWorkspace']
    await walk(key, place, reaches(keyScopes(role), false), skipped)
    assert.equal((await key.refused('POST', paths.workspaces, { name: 'x' })).code, 'SCOPE_MISSING')
    for (const [method, path] of [
      ['POST', paths.invitations],
      ['DELETE', `${paths.workspace}?name=Test`],
    ] as const)
      assert.equal((await key.refused(method, path)).code, 'SCOPE_MISSING')
  })
}

test('nobody gets past a closed route, and an open one does not ask for a session', async () => {
  const place = await makePlace()
  const wrong: string[] = []
  const page = under.anyone.with({ origin: under.anyone.url })
  for (const route of inOrder()) {
    const answer = await call(page, route, place)
    // Of a stream only the status is looked at.
    const code = route.id === 'streamEvents' && answer.status === 401 ? 'AUTH_REQUIRED' : Problem.safeParse(answer.body).data?.code
    if ((route.permission === 'public') === (code === 'AUTH_REQUIRED')) wrong.push(`${route.id}: ${answer.status} ${code}`)
  }
  assert.deepEqual(wrong, [])
})

test('the owner of another workspace finds nothing of this one, on any route', async () => {
  const place = await makePlace()
  const { browser } = await join((await makePlace()).operator, 'owner')
  const wrong: string[] = []
  for (const route of inOrder()) {
    if (route.permission === 'public' || !/\/:id/.test(route.url) || route.url.startsWith(`${apiPrefix}account/`)) continue
    const { status } = await call(browser, route, place)
    // A body is looked at before what it is for.
    if (status !== 404 && status !== 400) wrong.push(`${route.id}: ${status}`)
  }
  assert.deepEqual(wrong, [])
  const { operator, ids } = place
  assert.equal((await operator.ok<Page<Member>>('GET', paths.members)).items.length, 1)
  assert.equal((await operator.ok<Page<Invitation>>('GET', paths.invitations)).items.length, 1)
  await operator.ok('GET', paths.output(ids['outputs']!))
})
