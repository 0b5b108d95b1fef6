import { isIP, type LookupFunction } from 'node:net'
import { connect } from 'node:tls'
import type { Clock } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import type { ProbeStep } from '@sluice/contract/link'
import { adviceFor } from '@sluice/media/output'
import { failed, passed, warned } from './steps.ts'

const dayMs = 24 * 60 * 60 * 1000
/** A certificate that ends within a show's planning is worth a word. */
const fewDays = 14
const limitMs = 5000

type Place = { readonly host: string; readonly port: number; readonly tlsVerify: boolean }
type Facts = { readonly names: string; readonly endsAtMs: number; readonly distrust: string | null }

/** Reads the certificate of a TLS server: whom it names, how long it lasts, and why it is not trusted. */
export async function probeCertificate(place: Place, clock: Clock, lookup: LookupFunction | undefined): Promise<ProbeStep> {
  const facts = await readCertificate(place, clock, lookup)
  if (typeof facts === 'string') return failed('tls', facts, adviceFor('tls'))
  const days = Math.floor((facts.endsAtMs - clock.wallMs()) / dayMs)
  const life = days < 0 ? `it expired ${-days} days ago` : `${days} days left`
  const found = `certificate for ${facts.names}, ${life}`
  if (facts.distrust !== null && place.tlsVerify) return failed('tls', `${found}: ${facts.distrust}`, fixOf(facts.distrust, place.host))
  if (!place.tlsVerify) {
    return warned('tls', `${found}; verification is off for this destination`, 'Switch verification on once the certificate is trusted.')
  }
  if (days < fewDays) return warned('tls', found, 'Renew the certificate before it expires, or ask the platform to.')
  return passed('tls', found)
}

function readCertificate({ host, port }: Place, clock: Clock, lookup: LookupFunction | undefined): Promise<Facts | string> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(lookup === undefined ? {} : { lookup }),
    })
    const finish = (answer: Facts | string): void => {
      timer.cancel()
      socket.destroy()
      resolve(answer)
    }
    const timer = clock.after(limitMs, () => finish(`no TLS connection within ${limitMs / 1000} s`))
    const guard = new Guard('a test of a certificate', silentLogger, () => finish('a fault in Sluice ended the test'))
    guard.on(socket, 'error', (error: NodeJS.ErrnoException) =>
      finish(`the far end does not support our TLS versions (${error.code ?? error.name})`),
    )
    guard.on(socket, 'close', () => finish('the far end closed the connection'))
    guard.on(socket, 'secureConnect', () => {
      const { subject, subjectaltname, valid_to } = socket.getPeerCertificate()
      const names = (subjectaltname ?? subject?.CN?.toString() ?? 'no name').replaceAll(/DNS:|IP Address:/g, '')
      // Null where it is trusted, an Error by the types, and its code as text in fact.
      const distrust = socket.authorized ? null : wordsOf(String(socket.authorizationError ?? 'not trusted'))
      finish({ names: names.length > 120 ? `${names.slice(0, 120)}...` : names, endsAtMs: Date.parse(valid_to), distrust })
    })
  })
}

function wordsOf(code: string): string {
  if (/ALTNAME/.test(code)) return 'it is for another host name'
  if (/EXPIRED/.test(code)) return 'it has expired'
  if (/NOT_YET/.test(code)) return 'it is not valid yet'
  if (/SELF_SIGNED|UNABLE_TO/.test(code)) return 'no trusted authority has signed it'
  return `it is not trusted (${code})`
}

function fixOf(distrust: string, host: string): string {
  if (distrust.includes('another host')) return `Use the host name that the certificate is for, not ${host}.`
  if (distrust.includes('expired')) return 'The operator of that server must renew its certificate.'
  return 'Install a trusted certificate there; for a server of your own, switch verification off for this destination.'
}
