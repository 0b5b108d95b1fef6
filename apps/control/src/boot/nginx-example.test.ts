import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { paths } from '@sluice/contract/api'
import { clipLimits } from '@sluice/contract/transcoder'

const example = readFileSync(new URL('../../../../deploy/nginx.conf', import.meta.url), 'utf8')

/** The lines of one location block. */
const locationOf = (path: string): string => new RegExp(`location = ${path} \\{([^}]*)\\}`).exec(example)?.[1] ?? ''

test('the example for nginx lets clips through that Sluice takes, and does not keep them back', () => {
  const location = locationOf(paths.clips)
  const mebibytes = Number(/client_max_body_size (\d+)m;/.exec(location)?.[1])
  assert.ok(mebibytes * 1024 * 1024 > clipLimits.uploadBytes, 'what is too large is refused by Sluice, which says why')
  assert.match(location, /proxy_request_buffering off;/)
})

test('the example for nginx tells both ports who asks, and names no figures to the outside', () => {
  assert.equal(example.match(/proxy_set_header X-Forwarded-For \$remote_addr;/g)?.length, 2)
  assert.match(locationOf('/metrics'), /return 404;/)
})
