import { readFileSync } from 'node:fs'
import { fromHex } from '@sluice/base/bytes'
import { type ReaderCase, readerContract } from '@sluice/testkit/readers'
import { type Ack, readAck } from './packet/ack.ts'
import { readDropRequest } from './packet/drop-request.ts'
import { readHandshake } from './packet/handshake.ts'
import { readHsExtension } from './packet/hs-extension.ts'
import { readKeyMaterial } from './packet/key-material.ts'
import { readNak, writeNaks } from './packet/nak.ts'
import { readTextExtension } from './packet/text-extension.ts'
import { parseStreamId } from './stream-id.ts'

const captured = Object.values(
  JSON.parse(readFileSync(new URL('fixtures/libsrt-1.5.1-aes128.json', import.meta.url), 'utf8')) as Record<string, string>,
)
  .filter((hex) => /^[0-9a-f]+$/.test(hex))
  .map(fromHex)
const nak = writeNaks(
  { timestampUs: 0, destinationId: 1 },
  [
    { first: 1, last: 5 },
    { first: 9, last: 9 },
  ],
  1400,
)
const ack: Ack = {} as Ack

/** Datagrams have 1500 bytes; what is longer must be no dearer. */
const cases: ReaderCase[] = [
  { name: 'readHandshake', seeds: captured, growth: 4, read: readHandshake },
  { name: 'readHsExtension', seeds: [fromHex('0001050100000 0bf00780078'.replace(' ', ''))], read: readHsExtension },
  { name: 'readKeyMaterial', seeds: captured, read: readKeyMaterial },
  { name: 'readTextExtension', seeds: [fromHex('6c627570')], read: readTextExtension },
  { name: 'readNak', seeds: nak, growth: 4, read: readNak },
  { name: 'readAck', seeds: captured, read: (b) => (readAck(b, ack) === null ? null : { ...ack }) },
  { name: 'readDropRequest', seeds: captured, read: readDropRequest },
  {
    name: 'parseStreamId',
    seeds: [new TextEncoder().encode('#!::r=live/K,m=publish,u=me')],
    read: (b) => parseStreamId(new TextDecoder().decode(b)),
  },
]
readerContract(cases)
