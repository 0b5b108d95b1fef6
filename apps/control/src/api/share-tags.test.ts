import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noEventPage } from '@sluice/contract/api'
import { withShareTags } from './share-tags.ts'

const html = '<!doctype html><html><head>\n    <title>Live</title>\n  </head><body></body></html>'
const oembed = 'https://live.example/oembed?url=https%3A%2F%2Flive.example%2Fwatch%2Fp'
const poster = { url: 'https://live.example/api/v1/play/p/images/d', width: 1920, height: 1080 }

test('a shared link shows title, text and poster by whole addresses', () => {
  const shown = withShareTags(
    html,
    { name: 'Show', page: { ...noEventPage, title: 'Evening show', text: 'Three bands', poster } },
    'https://live.example/watch/p',
    oembed,
  )
  for (const line of [
    '<title>Evening show</title>',
    '<meta property="og:title" content="Evening show" />',
    '<meta property="og:description" content="Three bands" />',
    '<meta property="og:image" content="https://live.example/api/v1/play/p/images/d" />',
    '<meta property="og:url" content="https://live.example/watch/p" />',
    '<meta name="twitter:card" content="summary_large_image" />',
    `<link rel="alternate" type="application/json+oembed" href="${oembed}" title="Evening show" />`,
  ])
    assert.ok(shown.includes(line), `${line} in ${shown}`)
})

test('without texts a link has the name of the channel and nothing that is not known', () => {
  const shown = withShareTags(html, { name: 'Show', page: noEventPage }, 'https://live.example/watch/p', oembed)
  assert.match(shown, /<title>Show<\/title>/)
  assert.doesNotMatch(shown, /og:image|og:description|og:site_name/)
})

test('what somebody writes stays text', () => {
  const evil = `"><script>alert('$&')</script>`
  const shown = withShareTags(
    html,
    { name: 'Show', page: { ...noEventPage, title: evil, text: evil, host: evil } },
    'https://live.example/',
    oembed,
  )
  assert.doesNotMatch(shown, /<script/)
  assert.ok(shown.includes('&quot;&gt;&lt;script&gt;alert(&#39;$&amp;&#39;)'))
})
