import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { makeFolder } from './folder.ts'
import { runProgram } from './program.ts'

export type Certificate = { readonly certFile: string; readonly keyFile: string; readonly cert: Uint8Array; readonly key: Uint8Array }

/** Makes a self-signed certificate for `name`, by openssl. */
export async function makeCertificate(t: TestContext, name = '127.0.0.1'): Promise<Certificate> {
  const folder = makeFolder(t)
  const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
  const alternative = /^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`
  await runProgram(t, 'openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternative}`, '-keyout', keyFile, '-out', certFile],
  ])
  return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) }
}
