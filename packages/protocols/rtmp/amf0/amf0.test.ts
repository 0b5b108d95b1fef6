import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { bytesFrom } from '@sluice/testkit/random'
import fc from 'fast-check'
import { AmfEcmaArray, type AmfObject, type AmfValue, readAmf0, readMetadata, writeAmf0, writeMetadata } from './index.ts'

const object = (entries: [string, AmfValue][]): AmfObject => Object.assign(Object.create(null), Object.fromEntries(entries))

describe('AMF0', () => {
  const bothWays: { name: string; hex: string; value: AmfValue }[] = [
    { name: 'a number', hex: '00 3ff8000000000000', value: 1.5 },
    { name: 'a boolean', hex: '01 01', value: true },
    { name: 'a string', hex: '02 0003 6b6579', value: 'key' },
    { name: 'a string of two-byte characters', hex: '02 0002 c3a9', value: 'é' },
    { name: 'a string with a byte order mark', hex: '02 0004 efbbbf61', value: '\ufeffa' },
    { name: 'null', hex: '05', value: null },
    { name: 'undefined', hex: '06', value: undefined },
    { name: 'an object', hex: '03 0001 61 00 0000000000000000 0000 09', value: object([['a', 0]]) },
    { name: 'an object with a name of no characters', hex: '03 0000 05 0000 09', value: object([['', null]]) },
    { name: 'a strict array', hex: '0a 00000002 05 01 00', value: [null, false] },
    { name: 'a date', hex: '0b 0000000000000000 0000', value: new Date(0) },
  ]
  for (const c of bothWays) {
    test(`reads and writes ${c.name}`, () => {
      assert.deepEqual(readAmf0(fromHex(c.hex)), [c.value])
      assert.equal(toHex(writeAmf0([c.value])), c.hex.replaceAll(' ', ''))
    })
  }

  const oneWay: { name: string; hex: string; value: AmfValue }[] = [
    { name: 'an ECMA array whose count is wrong', hex: '08 00000063 0001 61 05 0000 09', value: object([['a', null]]) },
    { name: 'an ECMA array that ends with the body', hex: '08 00000001 0001 61 05', value: object([['a', null]]) },
    { name: 'a typed object', hex: '10 0003 436c73 0001 61 05 0000 09', value: object([['a', null]]) },
    { name: 'a long string', hex: '0c 00000001 61', value: 'a' },
    { name: 'an XML document', hex: '0f 00000001 61', value: 'a' },
    { name: 'unsupported', hex: '0d', value: undefined },
  ]
  for (const c of oneWay) test(`reads ${c.name}`, () => assert.deepEqual(readAmf0(fromHex(c.hex)), [c.value]))

  test('takes a name of __proto__ for a name', () => {
    const [value] = readAmf0(fromHex(`03 0009 ${toHex(new TextEncoder().encode('__proto__'))} 02 0001 78 0000 09`))
    assert.deepEqual(Object.entries(value as AmfObject), [['__proto__', 'x']])
    assert.equal(({} as AmfObject)['x'], undefined)
  })

  test('stops before a value that switches to AMF3', () => assert.deepEqual(readAmf0(fromHex('05 11 0a0b01')), [null]))

  test('writes an ECMA array, and a long string above 65535 bytes', () => {
    assert.equal(toHex(writeAmf0([new AmfEcmaArray({ a: null })])), '080000000100016105000009')
    const text = 'x'.repeat(70_000)
    assert.deepEqual(readAmf0(writeAmf0([text])), [text])
  })

  const refused = [
    { name: 'a string that leaves the body', hex: '02 0005 61', code: 'RTMP_AMF_SHORT' },
    { name: 'an array that claims more than the body holds', hex: '0a ffffffff 05', code: 'RTMP_AMF_SHORT' },
    { name: 'a reference', hex: '07 0000', code: 'RTMP_AMF_TYPE' },
    { name: 'an unknown type', hex: '7f', code: 'RTMP_AMF_TYPE' },
    { name: 'an endless nest of objects', hex: '03 0001 61'.repeat(20_000), code: 'RTMP_AMF_DEPTH' },
    { name: 'an endless nest of arrays', hex: '0a 00000001'.repeat(20_000), code: 'RTMP_AMF_DEPTH' },
    { name: 'more values than any encoder sends', hex: `0a 00002000 ${'05'.repeat(8192)}`, code: 'RTMP_AMF_VALUES' },
  ]
  for (const c of refused) {
    test(`refuses ${c.name}`, () => {
      assert.throws(
        () => readAmf0(fromHex(c.hex)),
        (err) => err instanceof WireError && err.code === c.code,
      )
    })
  }

  const anyValue: fc.Arbitrary<AmfValue> = fc.letrec<{ value: AmfValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(null, undefined),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(fc.string({ maxLength: 8 }), tie('value')), { maxLength: 4 }).map(object),
    ),
  })).value

  test('any values are read as they were written', () => {
    const wellFormed = (values: AmfValue[]): boolean => JSON.stringify(values).isWellFormed()
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 5 }), (values) => {
        fc.pre(wellFormed(values))
        assert.deepEqual(readAmf0(writeAmf0(values)), values)
      }),
      { numRuns: 500, seed: 3 },
    )
  })

  test('any bytes give values or a WireError (seed 7)', () => {
    for (const body of bytesFrom(7, Number(process.env['SLUICE_FUZZ'] ?? 10_000))) {
      // Most random bytes fail at the first marker: keep it in range.
      if (body.length > 0) body[0] = body[0]! % 17
      try {
        readAmf0(body)
      } catch (err) {
        assert.ok(err instanceof WireError, `${toHex(body)}: ${err}`)
      }
    }
  })
})

describe('metadata', () => {
  test('is read with and without @setDataFrame', () => {
    for (const isPublishing of [true, false]) {
      assert.deepEqual(readMetadata(writeMetadata({ width: 1280 }, isPublishing)), {
        name: 'onMetaData',
        object: object([['width', 1280]]),
      })
    }
  })
  test('is nothing without a name or an object', () => {
    assert.equal(readMetadata(writeAmf0(['@clearDataFrame', 'onMetaData'])), null)
    assert.equal(readMetadata(writeAmf0([1, {}])), null)
    assert.equal(readMetadata(writeAmf0([])), null)
  })
})
