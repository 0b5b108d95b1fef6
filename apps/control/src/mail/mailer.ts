import { isLoopbackHost } from '@sluice/base/address'
import { PolicyError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'

export type Mail = { readonly to: string; readonly subject: string; readonly text: string }

/** Sends one mail and waits until the server has taken it. Rejects when it did not; the log has the reason, without the text. */
export type Mailer = { send(mail: Mail): Promise<void> }

const timeoutMs = 10_000
const addressForm = /^(?:[^<>\r\n]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/

/** The mail server of the settings; null where none is set. Throws PolicyError for settings that can't work. */
export function openMailer({ smtpUrl, mailFrom }: { smtpUrl: string | null; mailFrom: string | null }, log: Logger): Mailer | null {
  if (smtpUrl === null) return null
  const server = URL.canParse(smtpUrl) ? new URL(smtpUrl) : null
  if (server === null || !['smtp:', 'smtps:'].includes(server.protocol) || server.hostname === '') {
    const what = 'an address as in smtps://user:password@mail.example:465'
    throw new PolicyError('SETTING_VALUE', '--smtp-url', what, `--smtp-url (SLUICE_SMTP_URL) is not ${what}`)
  }
  if (mailFrom === null || !addressForm.test(mailFrom)) {
    const what = 'an address as in Sluice <sluice@example.com>'
    throw new PolicyError('SETTING_VALUE', '--mail-from', what, `--mail-from (SLUICE_MAIL_FROM) is not ${what}; SLUICE_SMTP_URL needs it`)
  }
  const user = decodeURIComponent(server.username)
  const options = {
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port === '' ? (server.protocol === 'smtps:' ? 465 : 587) : Number(server.port),
    secure: server.protocol === 'smtps:',
    // A password never leaves this machine in the clear.
    requireTLS: user !== '' && !isLoopbackHost(server.hostname),
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(server.password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return {
    async send({ to, subject, text }) {
      // Loaded with the first mail: most deployments send none.
      const { createTransport } = await import('nodemailer')
      const transport = createTransport(options)
      try {
        await transport.sendMail({ from: mailFrom, to: { name: '', address: to }, subject, text })
      } catch (error) {
        const { code, responseCode, command } = error as { code?: string; responseCode?: number; command?: string }
        log.error({ server: options.host, code, responseCode, command }, 'a mail could not be sent')
        throw error
      } finally {
        transport.close()
      }
    },
  }
}
