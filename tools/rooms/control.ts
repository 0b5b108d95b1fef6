import type { AppRooms } from './app-rooms.ts'

/** Who may enter whom in `apps/control/src`. The way of a wish goes down it: api, services/*, services, db. */
export const controlRooms: AppRooms = {
  app: 'control',
  groups: ['services'],
  pairs: {
    api: {
      accounts: 'who asks',
      beacons: 'takes what players say',
      'services/*': 'a route calls its verb',
      services: 'context and problems',
      db: 'health, idempotency, database trouble in answers',
      present: 'rows become answers',
      desired: 'which channel a play id means',
      stream: 'subscribes clients',
      events: 'events that a client missed',
      reconcile: 'commands and probes for engines',
      clips: 'uploads',
      recordings: 'films out of them',
      guardrail: 'what the automatic rollback sees',
      'figure-history': 'bitrates of the last minutes',
      latency: 'the ledger of a channel',
      metrics: 'answers /metrics, counts requests',
      probes: 'what is seen from outside',
    },
    accounts: {
      db: 'people and sessions',
      services: 'context, problems, audit',
      'services/api-key': 'an API key signs in',
      'services/invitation': 'an invitation makes an account',
      'services/workspace': 'the first account brings a workspace',
      vault: 'the setup code',
    },
    stream: {
      desired: 'who watches which channel',
      present: 'sends what the API shows',
    },
    present: {
      observed: 'what the engines say',
      'services/channel': 'rows of channels and inputs',
      'services/clip': 'rows of clips',
      'services/destination': 'rows of destinations',
      'services/output': 'rows of outputs',
      'services/picture': 'rows of pictures',
      'services/plan': 'wishes out of columns',
      'services/player': 'rows of players',
      'services/recording': 'rows of recordings',
      'services/rung': 'rows of rungs',
      vault: 'opens stream keys for those who may see them',
    },
    plans: {
      db: 'sources of a plan and prices outlive a restart',
      desired: 'what is configured',
      destinations: 'rules of platforms',
      observed: 'the input on the air',
      services: 'the shape that verbs see',
      'services/plan': 'rows become a request',
    },
    enhanced: {
      db: 'grants outlive a restart',
      desired: 'outputs that ask for it',
      observed: 'the input on the air',
      vault: 'opens the key to ask with, seals the answer',
    },
    reconcile: {
      desired: 'specs for the engines',
      events: 'stores what engines tell',
      observed: 'keeps what engines report',
    },
    desired: {
      db: 'reads the configuration',
      'services/channel': 'rows of channels, failover in force',
      'services/output': 'rows of outputs, limits in force',
      'services/plan': 'rows of rungs',
      destinations: 'puts addresses together',
      vault: 'opens secrets for engines',
    },
    jobs: {
      db: 'takes on what is due',
    },
    clips: {
      db: 'states of clips and slates',
      desired: 'channels that want a slate',
      'services/channel': 'failover in force',
      services: 'problems of an upload',
      'services/clip': 'receives an upload',
    },
    recordings: {
      db: 'rows, events and broadcasts of an archive',
      events: 'engines tell of them there',
      services: 'transactions, jobs, events',
      'services/recording': 'rows and their end',
    },
    guardrail: {
      db: 'its minutes outlive a restart',
    },
    latency: {
      observed: 'states and figures',
      verdicts: 'how a line has done',
    },
    metrics: {
      beacons: 'gauges of playback',
      desired: 'which channels there are',
      latency: 'gauges of the ledger',
      observed: 'states and figures',
      probes: 'gauges of what is seen from outside',
    },
    beacons: {
      db: 'a row for each minute and format',
    },
    broadcasts: {
      db: 'a row for each',
    },
    'srt-history': {
      db: 'one row a minute',
    },
    'services/*': {
      db: 'reads and writes rows',
      services: 'context, gate, problems, pages, audit',
    },
    'services/channel': {
      events: 'reads the timeline',
      policy: 'judges settings against classes',
      'services/clip': 'a clip as slate',
      'services/destination': 'forgets those that only it used',
      'services/policy': 'policies of the workspace',
      vault: 'seals keys',
    },
    'services/destination': {
      destinations: 'checks addresses',
      'services/audit': 'its own part of the audit log',
    },
    'services/guest': {
      destinations: 'checks addresses',
      preflight: 'the worst of several verdicts',
      'services/channel': 'the channel of the link',
      'services/destination': 'keeps what a guest adds',
      'services/output': 'the birth of an output',
      'services/plan': 'whether its encode fits',
      'services/preflight': 'tries what a guest adds',
    },
    'services/input': {
      destinations: 'checks addresses of pulls',
      'services/channel': 'its channel',
      'services/clip': 'a clip as input',
    },
    'services/invitation': {
      'services/workspace': 'who joins becomes a member',
    },
    'services/output': {
      destinations: 'checks where it can be played',
      policy: 'judges settings against classes',
      'services/channel': 'its channel',
      'services/destination': 'its destination',
      'services/plan': 'whether its encode fits',
      'services/policy': 'policies of the workspace',
    },
    'services/plan': {
      destinations: 'rules of platforms',
      'services/channel': 'the channel',
      'services/policy': 'policies of the workspace',
    },
    'services/playback': {
      events: 'what stands beside the figures',
      'services/channel': 'its channel',
    },
    'services/player': {
      'services/channel': 'its channel, and a name for its address',
    },
    'services/recording': {
      'services/channel': 'its channel',
    },
    'services/rung': {
      'services/channel': 'its channel',
      'services/picture': 'what it shows over its picture',
      'services/plan': 'whether it fits',
    },
    'services/policy': {
      policy: 'judges an edit',
    },
    'services/preflight': {
      destinations: 'rules of platforms',
      preflight: 'judges',
      'services/channel': 'the channel',
      'services/destination': 'its destinations',
      'services/output': 'its outputs',
      'services/plan': 'which of them are encoded, and whether it fits',
      'services/policy': 'policies of the workspace',
      'services/workspace': 'the uplink',
    },
    'services/broadcast': {
      'services/channel': 'the channel, and what its engine is asked',
    },
    'services/event-page': {
      'services/channel': 'the page of a channel',
    },
    'services/rollback': {
      'services/channel': 'its lock',
      'services/destination': 'which outputs may start again',
      'services/output': 'what to stop',
      'services/plan': 'the conservative rung',
    },
    'services/triage': {
      events: 'what happened just now',
      triage: 'judges',
      'services/channel': 'the channel',
      'services/output': 'its outputs',
    },
    'services/vault': {
      vault: 'changes its key',
    },
    'services/workspace': {
      'services/channel': 'a workspace goes with its channels, one by one',
      'services/clip': 'and with its clips and their files',
      'services/picture': 'and with its pictures and their files',
    },
    services: {
      db: 'transactions',
      destinations: 'the catalogue',
      mail: 'invitations and reset links',
      vault: 'seals secrets',
    },
    preflight: {
      destinations: 'rules of platforms',
    },
    events: {
      db: 'the log',
    },
    boot: {
      db: 'seals what older versions stored open',
      vault: 'seals it',
    },
    vault: {
      db: 'sealed columns, the deployment secret',
    },
  },
}
