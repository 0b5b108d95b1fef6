import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type ReceivedMail = { readonly to: string; readonly from: string; readonly subject: string; readonly text: string }

/** A mail server on loopback that takes mail from one user, and remembers it. */
export class MailServer {
  readonly url: string
  readonly received: ReceivedMail[] = []
  readonly #server: SMTPServer
  /** Answers the next mail with this, once. */
  refusal: string | null = null
  #waiters: (() => void)[] = []

  private constructor(server: SMTPServer, port: number) {
    this.#server = server
    this.url = `smtp://sluice:mail%20secret@127.0.0.1:${port}`
  }

  static async start(): Promise<MailServer> {
    let mails: MailServer | null = null
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === 'sluice' && password === 'mail secret' ? done(null, { user: username }) : done(new Error('wrong password')),
      onData(stream, { envelope }, done) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          const refusal = mails?.refusal ?? null
          if (mails !== null) mails.refusal = null
          if (refusal !== null) return done(new Error(refusal))
          mails?.take(Buffer.concat(chunks).toString('utf8'), envelope.rcptTo[0]?.address ?? '')
          done()
        })
      },
    })
    server.listen(0, '127.0.0.1')
    await once(server.server, 'listening')
    mails = new MailServer(server, (server.server.address() as AddressInfo).port)
    return mails
  }

  /** The newest mail to an address, now or as soon as it comes. */
  async newest(to: string, after = 0): Promise<ReceivedMail> {
    for (;;) {
      const found = this.received.slice(after).findLast((mail) => mail.to === to)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
  }

  take(source: string, to: string): void {
    const [head = '', ...body] = source.split('\r\n\r\n')
    const field = (name: string): string =>
      new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(head)?.[1]?.replace(/\r\n\s+/g, ' ') ?? ''
    const raw = body.join('\r\n\r\n')
    const isQuoted = /quoted-printable/i.test(field('Content-Transfer-Encoding'))
    const plain = isQuoted
      ? raw.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : raw
    this.received.push({ to, from: field('From'), subject: field('Subject'), text: plain })
    for (const wake of this.#waiters.splice(0)) wake()
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}
