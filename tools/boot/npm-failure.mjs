import { SetupError } from './say.mjs'

/** What npm says, and what it means for somebody who only wants to start Sluice. The first that fits is told. */
const causes = [
  {
    sign: /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|FETCH_ERROR)\b/,
    message: (registry) =>
      `The npm registry (${registry}) can't be reached, and the packages that Sluice is made of are not installed yet.`,
    hints: [
      'Check the network of this machine, and its proxy: `npm config get proxy`, `npm config get https-proxy`.',
      'With a registry of your own: `npm config set registry https://...`.',
      'Without any network: copy the whole checkout with node_modules from a machine of the same kind.',
    ],
  },
  {
    sign: /\b(CERT_|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/,
    message: (registry) => `The certificate of the npm registry (${registry}) is not trusted by this machine.`,
    hints: ['Behind a proxy that inspects TLS: set NODE_EXTRA_CA_CERTS to the file with its certificate.', 'apt install ca-certificates.'],
  },
  {
    sign: /\b(E401|E403|ENEEDAUTH)\b/,
    message: (registry) => `The npm registry (${registry}) refuses this machine.`,
    hints: ['Sign in with `npm login`, or use the public one: `npm config delete registry`.'],
  },
  {
    sign: /\b(E404|ETARGET|ENOVERSIONS)\b/,
    message: (registry) => `The npm registry (${registry}) does not have a package that Sluice needs.`,
    hints: ['A mirror may be behind: use `npm config delete registry`.'],
  },
  { sign: /\bENOSPC\b/, message: () => 'The disk is full: the packages take about 600 MB.', hints: ['Free some space (`df -h .`).'] },
  {
    sign: /\b(EACCES|EPERM|EROFS)\b/,
    message: () => 'The folder of this checkout is not writable for this user.',
    hints: ['Give it to the user that runs Sluice: `chown -R`.', 'An earlier start as root may have left node_modules to root: remove it.'],
  },
  {
    sign: /\bEUSAGE\b/,
    message: () => 'package-lock.json does not match the package.json files next to it.',
    hints: ['Take the checkout as it is in the repository (`git status`), or run `npm install` if you changed a package.json.'],
  },
]

/** The SetupError for a failed installation: what it means, what to do, and what npm said. */
export function explainNpmFailure(output, registry) {
  const lines = output
    .trim()
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
    .filter((line) => line !== '')
  const cause = causes.find(({ sign }) => sign.test(output))
  if (cause === undefined) return new SetupError('Installing the packages failed.', npmSays(lines.slice(-8)))
  return new SetupError(cause.message(registry), [...cause.hints, ...npmSays(lines.filter((line) => tellingLine.test(line)).slice(0, 3))])
}

const tellingLine = /^code |reason:|\b404\b|complete log/
const npmSays = (lines) => lines.map((line) => `npm: ${line}`)
