import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `good` names localhost and 127.0.0.1 until 2126, `expired` ended in February 2025, `other-name` names elsewhere.example. All are signed by themselves. */
export type TestCertificate = 'good' | 'expired' | 'other-name'

/** A certificate and its key in PEM, for servers of tests and of the destination emulator. Its key is public: it protects nothing. */
export function testCertificate(name: TestCertificate): { cert: string; key: string } {
  const read = (ending: string): string => readFileSync(new URL(`./fixtures/${name}.${ending}`, import.meta.url), 'utf8')
  return { cert: read('crt'), key: read('key') }
}

/** The same as files, for what reads its certificate by path. */
export function testCertificateFiles(name: TestCertificate): { certFile: string; keyFile: string } {
  const path = (ending: string): string => fileURLToPath(new URL(`./fixtures/${name}.${ending}`, import.meta.url))
  return { certFile: path('crt'), keyFile: path('key') }
}
