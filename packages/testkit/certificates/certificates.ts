import { readFileSync } from 'node:fs'

/** `good` names localhost and 127.0.0.1 until 2126, `expired` ended in February 2025, `other-name` names elsewhere.example. All are signed by themselves. */
export type TestCertificate = 'good' | 'expired' | 'other-name'

/** A certificate and its key in PEM, for servers of tests and of the destination emulator. Its key is public: it protects nothing. */
export function testCertificate(name: TestCertificate): { cert: string; key: string } {
  const read = (ending: string): string => readFileSync(new URL(`./fixtures/${name}.${ending}`, import.meta.url), 'utf8')
  return { cert: read('crt'), key: read('key') }
}
