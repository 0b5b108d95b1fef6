import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encoderName } from './encoder-name.ts'

const cases: [said: string, name: string | null][] = [
  ['FMLE/3.0 (compatible; FMSc/1.0)', null],
  ['FMLE/3.0 (compatible; Lavf59.27.100)', 'FFmpeg (Lavf 59.27)'],
  ['Lavf61.7.100', 'FFmpeg (Lavf 61.7)'],
  ['obs-output module (libobs version 29.0.2+dfsg-1+b1)', 'OBS 29.0.2'],
  ['obs-output module (libobs version 31.0.2)', 'OBS 31.0.2'],
  ['vMix 27.0.0.49', 'vMix 27.0.0.49'],
  ['Wirecast/FM 1.0', 'Wirecast/FM 1.0'],
  ['libsrt 1.5.4', 'libsrt 1.5.4'],
  ['', null],
]
for (const [said, name] of cases) {
  test(`"${said}" is ${name ?? 'nobody in particular'}`, () => assert.equal(encoderName(said), name))
}
