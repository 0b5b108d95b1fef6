import { makeInput, makeInputActual } from '@sluice/testkit/rows'
import { describe, expect, it } from 'vitest'
import { endShowLook, endShowSentence } from './end-show-look.ts'

const ended = { at: '2026-01-01T20:00:00.000Z', by: 'Ann' }
const inputs = (state: 'receiving' | 'waiting') => [makeInput({ actual: makeInputActual({ state }) })]
const outputs = (live: number) => ({ outputs: { total: 4, live, troubled: 0 } })

describe('End show', () => {
  it('ends what is on the air, the slate included, and nothing else', () => {
    expect(endShowLook({ state: 'live', ended: null, inputs: inputs('waiting') })).toBe('end')
    expect(endShowLook({ state: 'idle', ended: null, inputs: inputs('receiving') })).toBe('nothing')
  })

  it('is taken back while an encoder still sends', () => {
    expect(endShowLook({ state: 'idle', ended, inputs: inputs('receiving') })).toBe('go-live-again')
    expect(endShowLook({ state: 'idle', ended, inputs: inputs('waiting') })).toBe('nothing')
  })

  it('says how many outputs close', () => {
    expect(endShowSentence(outputs(4))).toMatch(/^All 4 live outputs close cleanly and viewers see the end page\./)
    expect(endShowSentence(outputs(1))).toMatch(/^The live output closes cleanly/)
    expect(endShowSentence(outputs(0))).toMatch(/^Viewers see the end page/)
  })
})
