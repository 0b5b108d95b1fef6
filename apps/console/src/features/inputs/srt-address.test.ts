import { expect, test } from 'vitest'
import { srtForms } from './srt-address.ts'

test('an address is given in all forms, ffmpeg with microseconds', () => {
  expect(srtForms('srt://[2001:db8::1]:8890?streamid=publish:k3y', { latencyMs: 500, hasPassphrase: true })).toEqual({
    ffmpeg: 'srt://[2001:db8::1]:8890?streamid=publish:k3y&passphrase=YOUR-PASSPHRASE&latency=500000',
    libsrt: 'srt://[2001:db8::1]:8890?streamid=publish:k3y&passphrase=YOUR-PASSPHRASE&latency=500',
    host: '2001:db8::1',
    port: '8890',
    streamId: 'publish:k3y',
    accessControl: '#!::r=k3y,m=publish',
  })
})

test('without a passphrase there is none to fill in', () => {
  expect(srtForms('srt://h:1?streamid=publish:k', { latencyMs: 120, hasPassphrase: false }).ffmpeg).toBe(
    'srt://h:1?streamid=publish:k&latency=120000',
  )
})
