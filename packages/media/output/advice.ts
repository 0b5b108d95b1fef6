import type { FailureKind } from '@sluice/base/errors'

/** What the operator should try first, per kind of failure: one sentence, most likely cause first. */
const advice: Readonly<Record<FailureKind, string>> = {
  dns: 'Check the host name in the destination URL, then this machine’s DNS.',
  tcp: 'Check host and port of the destination and that no firewall blocks outgoing connections to it.',
  tls: 'Check the host name against the certificate; for a server of your own with a self-signed certificate, switch verification off.',
  handshake: 'Check that the port speaks this protocol: plain RTMP and RTMPS often use different ports.',
  auth: 'Copy the stream key from the platform again; it may have been reset or have expired.',
  'publish-rejected': 'Check on the platform that the broadcast exists and is ready to start, then the stream key.',
  'duplicate-publisher': 'Another encoder uses this stream key: stop it, or create a new key.',
  codec: 'This destination does not accept the codec of the source: change the codec in the encoder.',
  stall: 'The far end does not read: check this machine’s uplink first, then the platform’s status page.',
  'remote-close': 'The platform ended the session: check its dashboard for the reason.',
}

export const adviceFor = (kind: FailureKind): string => advice[kind]
