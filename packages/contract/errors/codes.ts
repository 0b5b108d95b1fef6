/** What a code of the API means: its HTTP status, its title, and what the caller does next. */
export type ProblemKind = { readonly status: number; readonly title: string; readonly next: string }

const kind = (status: number, title: string, next: string): ProblemKind => ({ status, title, next })

/** Every `code` that a Problem of the API can have. Codes are stable; `docs/errors.md` is made from this list. */
export const problemKinds = {
  REQUEST_INVALID: kind(400, 'The request is not as expected', 'Correct the fields named in `fields`.'),
  REQUEST_TOO_LARGE: kind(413, 'The request body is too large', 'Send less than 256 KiB.'),
  REQUEST_MEDIA_TYPE: kind(415, 'The request body is not JSON', 'Send `Content-Type: application/json`.'),
  REQUEST_MALFORMED: kind(400, 'The request is not valid HTTP', 'Check the client or proxy that sent it.'),
  REQUEST_HEADERS_TOO_LARGE: kind(
    431,
    'The request headers are too large',
    'Send less than 16 KiB of headers: clear cookies of this host.',
  ),
  REQUEST_TIMEOUT: kind(408, 'The request timed out', 'Send it again over a better connection.'),
  AUTH_REQUIRED: kind(401, 'Sign in first', 'Sign in, or send `Authorization: Bearer` with an API key.'),
  AUTH_INVALID: kind(401, 'The credentials are wrong', 'Check e-mail and password, or make a new API key.'),
  AUTH_EXPIRED: kind(401, 'The API key has expired', 'Make a new API key.'),
  AUTH_RATE_LIMITED: kind(
    429,
    'Too many attempts to sign in',
    'Wait as long as `Retry-After` says, or use a browser that was signed in before.',
  ),
  SCOPE_MISSING: kind(403, 'This caller may not do that', 'Use a key with the scope that the detail names, or ask an owner.'),
  ORIGIN_REFUSED: kind(403, 'The request came from another site', 'Use the console at its own address, or an API key.'),
  HOST_UNKNOWN: kind(
    421,
    'Sluice does not answer to this host name',
    'Use an IP address of the machine, or add the name to SLUICE_PUBLIC_HOST (several, separated by commas) and restart.',
  ),
  SETUP_CODE: kind(
    401,
    'The setup code is missing or wrong',
    'Open the link that Sluice prints when it starts (terminal or service log), or send the admin token as `Authorization: Bearer`.',
  ),
  SETUP_DONE: kind(409, 'The first account exists already', 'Sign in with it.'),
  NOT_FOUND: kind(404, 'There is no such thing here', 'Check the id and the workspace that you work in.'),
  DESTINATION_IN_USE: kind(409, 'Outputs still use this destination', 'Delete those outputs first.'),
  DESTINATION_NOT_GRANTED: kind(
    409,
    'The destination is not for this channel',
    'Grant it to the channel first, or use another destination.',
  ),
  GRANT_IN_USE: kind(
    409,
    'Outputs still use what would be taken away',
    'Stop or delete those outputs first, or ask again with `stopUngranted`.',
  ),
  CREDENTIAL_KIND: kind(409, 'The destination has another kind of credential', 'Do what the detail says.'),
  GUEST_LINK_INVALID: kind(404, 'The link does not work, or not any more', 'Ask whoever sent it for a new one.'),
  GUEST_LIMIT: kind(409, 'The link allows no more destinations', 'Remove one first, or ask whoever sent the link.'),
  GUEST_RATE_LIMITED: kind(
    429,
    'Too many requests with this link, or too many wrong links',
    'Wait for the seconds that `Retry-After` names.',
  ),
  DESTINATION_URL: kind(422, 'The destination address cannot work', 'Correct it as the detail says.'),
  DESTINATION_PRIVATE: kind(
    422,
    'The destination is inside a private network',
    'Use a public address, or start Sluice with --allow-private-targets.',
  ),
  DESTINATION_KEY: kind(422, 'The stream key cannot work', 'Copy the key again from the platform, without anything before or after it.'),
  PAGE_IMAGE: kind(422, 'The picture can not be used', 'Send a JPEG, PNG or WebP of up to 12 MiB.'),
  CLIP_IN_USE: kind(409, 'The clip is used', 'Take it off the slates and inputs first.'),
  CLIP_NOT_READY: kind(409, 'The clip can not be used', 'Wait for its conversion, or upload a file that can be read.'),
  CLIP_TYPE: kind(
    415,
    'The file is of a type that is not taken',
    'Send a PNG, JPEG, WebP, MP4, MOV, MKV, WebM, TS or FLV file under its own `Content-Type`.',
  ),
  CLIP_TOO_LARGE: kind(413, 'The clip is too large', 'Send a shorter clip, or one of a lower bitrate.'),
  CLIP_DISK_FULL: kind(507, 'The disk is full', 'Free space on the disk of the data directory.'),
  CLIP_BROKEN_OFF: kind(400, 'The upload broke off', 'Send the whole file again.'),
  PLATFORM_UNKNOWN: kind(422, 'The platform is not in the catalogue', 'Use an id of GET /catalogue, or `custom`.'),
  POLICY_OUTSIDE: kind(
    422,
    'The class does not allow this',
    'Stay inside of the limits in `fields`, or send `override` with the reason why not.',
  ),
  POLICY_STALE: kind(409, 'The policy was changed in the meantime', 'Read it again, and make the edit from its present version.'),

  SOURCE_NOT_READY: kind(409, 'The source cannot do that now', 'Look at the inputs and the lock, then ask again.'),
  INPUT_LIMIT: kind(409, 'The channel has as many inputs as it can have', 'Remove one that is not used any more, or use one of those.'),
  INPUT_PORT: kind(422, 'The input cannot have this port', 'Use a port of SLUICE_SRT_INPUT_PORTS, or `auto`.'),
  INPUT_PORT_TAKEN: kind(409, 'No such port is free', 'Use `auto`, free a port of another input, or widen SLUICE_SRT_INPUT_PORTS.'),
  INPUT_FIXED: kind(409, 'This input stays', 'Turn it off instead, or let a further backup change places with it first.'),
  INPUT_ROLE_UNUSED: kind(
    409,
    'No input of the channel has that role',
    'Name the role of another input of this channel, or add one first.',
  ),
  IDEMPOTENCY_REUSED: kind(422, 'The Idempotency-Key was used for another request', 'Use a new key for each new request.'),
  IDEMPOTENCY_BUSY: kind(409, 'The first request with this Idempotency-Key is still running', 'Repeat it in a moment.'),
  VAULT_KEY_FIXED: kind(
    409,
    'The vault key comes from the settings',
    'Put a new key before the old one in SLUICE_SECRET_KEY (`new,old`), restart, and ask again.',
  ),
  STREAM_BUSY: kind(429, 'Too many event streams are open', 'Close one: a browser tab holds one each.'),
  PREFLIGHT_BUSY: kind(429, 'A preflight of this channel is running', 'Wait for its answer.'),
  ROLLBACK_ACTIVE: kind(409, 'The channel is rolled back already', 'Take that back first, by DELETE of the same path.'),
  ROLLBACK_INACTIVE: kind(409, 'The channel is not rolled back', 'There is nothing to do.'),
  IDEMPOTENCY_ANSWER_LOST: kind(
    409,
    'The first request was done, but its answer is lost',
    'Do not repeat it under another key: read the result from the list.',
  ),
  DATABASE_UNREACHABLE: kind(
    503,
    'The database is out of reach',
    'Check the database server, then repeat the request with the same Idempotency-Key.',
  ),
  DATABASE_FULL: kind(503, 'The disk of the database is full', 'Free space on the disk of the data directory, then try again.'),
  DATABASE_BUSY: kind(503, 'The database is busy', 'Try again. If this continues, find the program that holds the database.'),
  DATABASE_READ_ONLY: kind(503, 'The database is read-only', 'Make the data directory writable, or point Sluice at the primary server.'),
  DATABASE_FAULT: kind(503, 'The disk of the database is failing', 'Check the disk, and have a backup at hand.'),
  NOT_READY: kind(503, 'Sluice is not ready', 'Look at /readyz and at the log.'),
  INTERNAL_ERROR: kind(500, 'Sluice failed', 'Look for the request id in the log, and report it.'),
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof problemKinds
