import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSiteAllowed } from './index.ts'

const own = 'http://sluice.example:8080'
const asks = (sites: string[], origin: string | undefined): boolean => isSiteAllowed(sites, origin, own)

test('a player without a list is for every site', () => {
  assert.ok(asks([], 'https://anybody.example'))
})

test('a list lets in its sites, names below a wildcard, and our own pages; nobody who only looks alike', () => {
  const sites = ['https://news.example', 'https://*.partner.example', 'http://localhost:3000']
  for (const origin of [
    'https://news.example',
    'https://NEWS.example',
    'https://a.b.partner.example',
    'http://localhost:3000',
    own,
    undefined,
  ])
    assert.ok(asks(sites, origin), origin)
  for (const origin of [
    'http://news.example',
    'https://news.example:444',
    'https://evilnews.example',
    'https://partner.example',
    'https://evilpartner.example',
    'http://a.partner.example',
    'https://a.partner.example:8443',
    'null',
  ])
    assert.equal(asks(sites, origin), false, origin)
})
