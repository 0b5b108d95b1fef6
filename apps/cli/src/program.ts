import { Command } from 'commander'
import { showCatalogue } from './commands/catalogue.ts'
import { createChannel, listChannels, removeChannel, rotatePlayback, showChannel } from './commands/channel.ts'
import { channelFailover, type FailoverFlags } from './commands/channel-failover.ts'
import { type RotateFlags, rotateDestination } from './commands/destination-rotate.ts'
import { type InviteFlags, inviteGuest, listGuests, revokeGuest } from './commands/guest.ts'
import { addInput, removeInput, setInput, spareInput, swapInputs, takeInput } from './commands/input.ts'
import { showKey } from './commands/key-show.ts'
import { latency } from './commands/latency.ts'
import { login } from './commands/login.ts'
import { askOutput, listOutputs, type OutputVerb, removeOutput } from './commands/output.ts'
import { type AddOutputFlags, addOutput } from './commands/output-add.ts'
import { type PolicyFlags, policyHistory, resetPolicy, setPolicy, showPolicies } from './commands/policy.ts'
import { preflight } from './commands/preflight.ts'
import { rehearseFailover } from './commands/rehearse.ts'
import { type RollbackFlags, rollback } from './commands/rollback.ts'
import { setSource } from './commands/source.ts'
import { tail } from './commands/tail.ts'
import { triage } from './commands/triage.ts'
import { type Context, type GlobalFlags, makeContext, serverUrl } from './context.ts'
import type { Io } from './io.ts'

/** The whole command line: names, flags and what they call. It parses, and does nothing else. */
export function buildProgram(io: Io, version: string): Command {
  const program = new Command('sluice')
    .description('Self-hosted restreaming: one live source in, every destination at once')
    .version(version)
    .option('--server <url>', 'where Sluice is (SLUICE_URL; else http://127.0.0.1:8080)')
    .option('--json', 'machine-readable output')
    .exitOverride()
    .configureOutput({ writeOut: io.write, writeErr: io.writeError })
    .showHelpAfterError('(sluice --help shows all commands)')
    .addHelpText('after', environmentHelp)
  const context = (): Context => makeContext(io, program.opts<GlobalFlags>())

  program
    .command('up')
    .description('run Sluice here: as `npm start`, without installing and building (flags: docs/settings.md)')
    .allowUnknownOption()
  program
    .command('login')
    .description('sign in, and keep an API key for this machine')
    .action(() => login(io, serverUrl(io, program.opts<GlobalFlags>())))
  addChannelCommands(program, context)
  addInputCommands(program, context)
  addOutputCommands(program, context)
  addCredentialCommands(program, context)
  addPolicyCommands(program, context)

  const key = program.command('key').description('stream keys of inputs')
  key
    .command('show <channel>')
    .description('what to type into the encoder')
    .option('--input <role>', 'primary, backup, backup2 ...', 'primary')
    .action((channel: string, flags: { input: string }) => showKey(context(), channel, flags))
  program
    .command('source <channel> <lock>')
    .description('pin the source to an input (primary, backup, backup2 ...), or auto')
    .action((channel: string, lock: string) => setSource(context(), channel, lock))
  program
    .command('rehearse')
    .description('see that what must work in need does work')
    .command('failover <channel>')
    .description('cut the primary from inside for 15 s: the backup must be on the air in under 4 s; exit code 1 when it is not')
    .option('--shadow', 'beside the channel, with a generated source: needs no encoder, and no viewer sees it')
    .action((channel: string, flags: { shadow?: boolean }) => rehearseFailover(context(), channel, flags))
  program
    .command('preflight <channel>')
    .description('what would fail, before going live; exit code 1 when something would')
    .option('--all', 'checks that pass too')
    .action((channel: string, flags: { all?: boolean }) => preflight(context(), channel, flags))
  program
    .command('rollback <channel>')
    .description('keep only the most important outputs, and pin the input')
    .option('--keep <n>', 'how many outputs keep running: live ones first, then by priority (default: 3)')
    .option('--undo', 'end the rollback: restart what it stopped')
    .option('--arm', 'let it begin by itself when loss and failures last, and end by itself after stability')
    .option('--disarm', 'only by hand from now on')
    .option('-y, --yes', 'without a question')
    .action((channel: string, flags: RollbackFlags) => rollback(context(), channel, flags))
  program
    .command('latency <channel>')
    .description('what each stage takes from lens to viewer, against its budget')
    .action((channel: string) => latency(context(), channel))
  program
    .command('triage <channel>')
    .description('where to look first when something is wrong')
    .action((channel: string) => triage(context(), channel))
  program
    .command('tail [channel]')
    .description('events as they come, until Ctrl-C')
    .option('--last <n>', 'the latest n stored events first')
    .action((channel: string | undefined, flags: { last?: string }) => tail(context(), channel, flags))
  program
    .command('sink')
    .description('a destination on this machine that tells what comes, and behaves badly when asked to (sluice sink --help)')
    .allowUnknownOption()
  program
    .command('catalogue [search...]')
    .description('platforms that Sluice knows')
    .action((words: string[]) => showCatalogue(context(), words.join(' ')))
  return program
}

function addChannelCommands(program: Command, context: () => Context): void {
  const channel = program.command('channel').description('channels, by name or id')
  channel
    .command('create <name>')
    .description('make a channel')
    .action((name: string) => createChannel(context(), name))
  channel
    .command('list')
    .description('all channels')
    .action(() => listChannels(context()))
  channel
    .command('show <channel>')
    .description('state, inputs and outputs')
    .action((name: string) => showChannel(context(), name))
  channel
    .command('failover <channel>')
    .description('what it does when an input fails: shows it, or sets it')
    .option('--trigger <ms>', 'silence before the switch; class for what the classes say')
    .option('--hold <ms>', 'how long the primary must be clean before the return; class as above')
    .option('--slate <what>', 'when no input is left: on, off, name, last-picture, or the id of a clip')
    .option('--missing-keys <on|off>', 'leave an input without key frames for two of its usual groups of pictures')
    .option('--low-bitrate <percent>', 'leave one whose bitrate is under this share of the usual, or off')
    .option('--stalled-time <on|off>', 'leave one whose time stamps do not go on')
    .option('--lost-audio <on|off>', 'leave one whose audio went missing')
    .option('--black <ms>', 'leave one whose picture is black for so long, or off')
    .option('--frozen <ms>', 'leave one whose picture stands still for so long, or off')
    .option('--silent <ms>', 'leave one whose audio is silent for so long, or off')
    .option('--override <reason>', 'let a time leave what the class allows; kept with who and why')
    .action((name: string, flags: FailoverFlags) => channelFailover(context(), name, flags))
  channel
    .command('rotate-playback <channel>')
    .description('new addresses for player page, embeds, HLS and RTMP play; the old ones stop working at once')
    .option('-y, --yes', 'without a question')
    .action((name: string, flags: { yes?: boolean }) => rotatePlayback(context(), name, flags))
  channel
    .command('rm <channel>')
    .description('delete a channel')
    .option('-y, --yes', 'without a question')
    .action((name: string, flags: { yes?: boolean }) => removeChannel(context(), name, flags))
}

function addInputCommands(program: Command, context: () => Context): void {
  const input = program.command('input').description('inputs of a channel: primary, backup, backup2 ...')
  input
    .command('add <channel>')
    .description('the next free backup, with a key of its own')
    .action((channel: string) => addInput(context(), channel))
  input
    .command('rm <channel> <role>')
    .alias('remove')
    .description('remove backup2 or a further one; who publishes to it is ended')
    .action((channel: string, role: string) => removeInput(context(), channel, role))
  input
    .command('swap <channel> <role> <other>')
    .description('let two inputs change places, live')
    .action((channel: string, role: string, other: string) => swapInputs(context(), channel, role, other))
  input
    .command('take <channel> <role>')
    .description('put an input on the air once, without a lock')
    .action((channel: string, role: string) => takeInput(context(), channel, role))
  input
    .command('maintenance <channel> <role>')
    .description('keep an input connected and measured, and do not let the switch pick it')
    .option('--off', 'end that')
    .action((channel: string, role: string, flags: { off?: boolean }) => spareInput(context(), channel, role, flags))
  input
    .command('set <channel> <role>')
    .description('give an input its own SRT port, for encoders without a stream id')
    .option('--srt-port <port>', 'a UDP port of SLUICE_SRT_INPUT_PORTS, auto for the first that is free, or off')
    .action((channel: string, role: string, flags: { srtPort?: string }) => setInput(context(), channel, role, flags))
}

function addOutputCommands(program: Command, context: () => Context): void {
  const output = program.command('output').description('outputs, by name or id')
  output
    .command('add <channel> <name>')
    .description('send a channel somewhere')
    .option('--url <url>', 'server address, without the key')
    .option('--platform <platform>', 'of the catalogue; brings its server address')
    .option('--destination <destination>', 'one that the workspace keeps')
    .option('--key-file <file>', 'file with the stream key, - for stdin')
    .option('--key <key>', 'the stream key itself; others on this machine can see it in the process list')
    .option('--class <class>', 'A owned playback, B primary social, C partner')
    .option('--priority <n>', '0..1000, the highest is kept longest')
    .option('--stopped', 'add it without starting it')
    .option('--insecure', 'accept any certificate of the server')
    .action((channel: string, name: string, flags: AddOutputFlags) => addOutput(context(), channel, name, flags))
  output
    .command('list [channel]')
    .description('outputs of one channel, or of all')
    .action((name?: string) => listOutputs(context(), name))
  for (const [verb, about] of outputVerbs) {
    output
      .command(`${verb} <output>`)
      .description(about)
      .option('--channel <channel>', 'where names are the same')
      .action((name: string, flags: { channel?: string }) => askOutput(context(), verb, name, flags))
  }
  output
    .command('rm <output>')
    .description('delete an output')
    .option('--channel <channel>', 'where names are the same')
    .action((name: string, flags: { channel?: string }) => removeOutput(context(), name, flags))
}

function addCredentialCommands(program: Command, context: () => Context): void {
  program
    .command('destination')
    .description('kept destinations, by name or id')
    .command('rotate <destination>')
    .description('replace the key of a rotating destination: live outputs move to it without a gap')
    .option('--at <time>', 'keep it sealed until then, as 2026-03-01T18:00:00Z')
    .option('--cancel', 'forget the key that is kept for later')
    .option('--key-file <file>', 'file with the new key, - for stdin')
    .option('--key <key>', 'the new key itself; others on this machine can see it in the process list')
    .action((name: string, flags: RotateFlags) => rotateDestination(context(), name, flags))
  const guest = program.command('guest').description('links by which guests add destinations of their own')
  guest
    .command('add <channel> <name>')
    .description('make a link; it is printed this once')
    .option('--for <span>', 'how long it works: 90m, 6h, 3d (24h)')
    .option('--until <time>', 'or until when, as 2026-03-01T18:00:00Z')
    .option('--max <n>', 'destinations at most (1)')
    .option('--class <class>', 'A, B or C (C)')
    .action((channel: string, name: string, flags: InviteFlags) => inviteGuest(context(), channel, name, flags))
  guest
    .command('list <channel>')
    .description('links of a channel, ended ones too')
    .action((channel: string) => listGuests(context(), channel))
  guest
    .command('revoke <channel> <guest>')
    .description('end a link, its outputs and their keys')
    .option('-y, --yes', 'without a question')
    .action((channel: string, name: string, flags: { yes?: boolean }) => revokeGuest(context(), channel, name, flags))
}

function addPolicyCommands(program: Command, context: () => Context): void {
  const policy = program.command('policy').description('the classes A, B and C: what they allow')
  policy
    .command('show')
    .description('all classes beside each other')
    .action(() => showPolicies(context()))
  policy
    .command('set <class> <field=value...>')
    .description('change a class; all its channels follow at once')
    .requiredOption('--reason <reason>', 'why, for the history')
    .action((name: string, pairs: string[], flags: PolicyFlags) => setPolicy(context(), name, pairs, flags))
  policy
    .command('reset <class>')
    .description('back to what Sluice ships')
    .requiredOption('--reason <reason>', 'why, for the history')
    .action((name: string, flags: PolicyFlags) => resetPolicy(context(), name, flags))
  policy
    .command('history <class>')
    .description('every version, with who and why')
    .action((name: string) => policyHistory(context(), name))
}

const outputVerbs: readonly (readonly [OutputVerb, string])[] = [
  ['start', 'let it run'],
  ['stop', 'let it rest'],
  ['rearm', 'try again from the beginning, also when it was disabled or failed'],
]

const environmentHelp = `
Environment:
  SLUICE_URL          where Sluice is
  SLUICE_TOKEN        API key (also SLUICE_ADMIN_TOKEN); else what \`sluice login\` kept
  SLUICE_OUTPUT_KEY   stream key for \`output add\` and \`destination rotate\`
  NO_COLOR            no colour

Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong.`
