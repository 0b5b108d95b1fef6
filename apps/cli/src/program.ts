import { Command } from 'commander'
import { endBroadcast, holdSlate, startBroadcast } from './commands/broadcast.ts'
import { listBroadcasts, showBroadcast } from './commands/broadcast-history.ts'
import { showCatalogue } from './commands/catalogue.ts'
import { createChannel, listChannels, removeChannel, rotatePlayback, showChannel } from './commands/channel.ts'
import { channelFailover, type FailoverFlags } from './commands/channel-failover.ts'
import { type RotateFlags, rotateDestination } from './commands/destination-rotate.ts'
import { type InviteFlags, inviteGuest, listGuests, revokeGuest } from './commands/guest.ts'
import { addInput, removeInput, setInput, setMaintenance, swapInputs, takeInput } from './commands/input.ts'
import { showKey } from './commands/key-show.ts'
import { latency } from './commands/latency.ts'
import { login } from './commands/login.ts'
import { askOutput, listOutputs, type OutputVerb, removeOutput } from './commands/output.ts'
import { type AddOutputFlags, addOutput } from './commands/output-add.ts'
import { type EditOutputFlags, editOutput } from './commands/output-edit.ts'
import { type PolicyFlags, policyHistory, resetPolicy, setPolicy, showPolicies } from './commands/policy.ts'
import { preflight } from './commands/preflight.ts'
import { probes } from './commands/probes.ts'
import { rehearseFailover } from './commands/rehearse.ts'
import { type RollbackFlags, rollback } from './commands/rollback.ts'
import { setOutputRung } from './commands/rung.ts'
import { setSource } from './commands/source.ts'
import { tail } from './commands/tail.ts'
import { triage } from './commands/triage.ts'
import { type Context, type GlobalFlags, makeContext, serverUrl } from './context.ts'
import type { Io } from './io.ts'
import { addPlayerCommands } from './player-program.ts'
import { addRecordingCommands } from './recording-program.ts'
import { addPictureCommands, addRungCommands } from './rung-program.ts'

/** The whole command line: names, flags and what they call. It parses, and does nothing else. */
export function buildProgram(io: Io, version: string): Command {
  const program = new Command('sluice')
    .description('Self-hosted restreaming: one live source in, every destination at once')
    .version(version)
    .option('--server <url>', 'address of Sluice (SLUICE_URL, else http://127.0.0.1:8080)')
    .option('--json', 'machine-readable output')
    .exitOverride()
    .configureOutput({ writeOut: io.write, writeErr: io.writeError })
    .showHelpAfterError('(sluice --help shows all commands)')
    .addHelpText('after', environmentHelp)
  const context = (): Context => makeContext(io, program.opts<GlobalFlags>())

  program
    .command('up')
    .description('run Sluice on this machine, like `npm start` but without the set-up (flags: docs/settings.md)')
    .allowUnknownOption()
  program
    .command('login')
    .description('sign in and store an API key on this machine')
    .action(() => login(io, serverUrl(io, program.opts<GlobalFlags>())))
  addChannelCommands(program, context)
  addInputCommands(program, context)
  addOutputCommands(program, context)
  addRungCommands(program, context)
  addPictureCommands(program, context)
  addPlayerCommands(program, context)
  addRecordingCommands(program, context)
  addCredentialCommands(program, context)
  addPolicyCommands(program, context)

  const key = program.command('key').description('stream keys of inputs')
  key
    .command('show <channel>')
    .description('show the server address and stream key to enter in the encoder')
    .option('--input <role>', 'primary, backup, backup2 ...', 'primary')
    .action((channel: string, flags: { input: string }) => showKey(context(), channel, flags))
  program
    .command('source <channel> <lock>')
    .description('lock the source to an input (primary, backup, backup2 ...), or release the lock with auto')
    .action((channel: string, lock: string) => setSource(context(), channel, lock))
  addBroadcastCommands(program, context)
  program
    .command('slate')
    .description('the slate while it is on air')
    .command('hold <channel>')
    .description('keep the slate on air for longer')
    .option('--seconds <n>', 'how much longer, 10 to 3600', '300')
    .action((channel: string, flags: { seconds: string }) => holdSlate(context(), channel, flags))
  program
    .command('rehearse')
    .description('test that failover works')
    .command('failover <channel>')
    .description('cut the primary inside Sluice for 15 s; passes (exit code 0) if the backup is on air within 4 s, else exit code 1')
    .option('--shadow', 'run it on a hidden copy of the channel with a generated source: no encoder needed, viewers see nothing')
    .action((channel: string, flags: { shadow?: boolean }) => rehearseFailover(context(), channel, flags))
  program
    .command('preflight <channel>')
    .description('check what would fail before you go live; exit code 1 if something would')
    .option('--all', 'show passed checks too')
    .action((channel: string, flags: { all?: boolean }) => preflight(context(), channel, flags))
  program
    .command('rollback <channel>')
    .description('keep only the most important outputs and lock the input')
    .option('--keep <n>', 'number of outputs to keep, live ones first, then by priority (default: 3)')
    .option('--undo', 'end the rollback and restart the outputs it stopped')
    .option('--arm', 'roll back automatically when loss or failures persist, and end automatically once stable')
    .option('--disarm', 'no automatic rollback')
    .option('-y, --yes', 'skip the confirmation')
    .action((channel: string, flags: RollbackFlags) => rollback(context(), channel, flags))
  program
    .command('latency <channel>')
    .description('show the latency of each stage from lens to viewer against its budget')
    .action((channel: string) => latency(context(), channel))
  program
    .command('probes <channel>')
    .description('show what a player from outside sees of a channel, and what destinations show of its outputs')
    .action((channel: string) => probes(context(), channel))
  program
    .command('triage <channel>')
    .description('show where to look first when something is wrong')
    .action((channel: string) => triage(context(), channel))
  program
    .command('tail [channel]')
    .description('follow events until Ctrl-C')
    .option('--last <n>', 'print the last n stored events first')
    .action((channel: string | undefined, flags: { last?: string }) => tail(context(), channel, flags))
  program
    .command('sink')
    .description('run a test destination on this machine: it reports what it receives and misbehaves on request (sluice sink --help)')
    .allowUnknownOption()
  const catalogue = program.command('catalogue [search...]').description('list the platforms in the catalogue')
  catalogue.action((words: string[]) => showCatalogue(context(), words.join(' ')))
  return program
}

function addBroadcastCommands(program: Command, context: () => Context): void {
  const broadcast = program.command('broadcast').description('end a show, take its end back, and look at past broadcasts')
  broadcast
    .command('end <channel>')
    .description('end the show: every output closes cleanly and stays closed until the next broadcast')
    .option('-y, --yes', 'skip the confirmation')
    .action((channel: string, flags: { yes?: boolean }) => endBroadcast(context(), channel, flags))
  broadcast
    .command('start <channel>')
    .description('take the end of the show back: outputs connect again as soon as an encoder sends')
    .action((channel: string) => startBroadcast(context(), channel))
  broadcast
    .command('list <channel>')
    .description('list the broadcasts of a channel, newest first, with their publish success')
    .option('--last <n>', 'how many, 1 to 200', '20')
    .action((channel: string, flags: { last: string }) => listBroadcasts(context(), channel, flags))
  broadcast
    .command('show <id>')
    .description('show a broadcast with the publish success of each output')
    .action((id: string) => showBroadcast(context(), id))
}

function addChannelCommands(program: Command, context: () => Context): void {
  const channel = program.command('channel').description('manage channels, by name or id')
  channel
    .command('create <name>')
    .description('create a channel')
    .action((name: string) => createChannel(context(), name))
  channel
    .command('list')
    .description('list all channels')
    .action(() => listChannels(context()))
  channel
    .command('show <channel>')
    .description('show state, inputs and outputs')
    .action((name: string) => showChannel(context(), name))
  channel
    .command('failover <channel>')
    .description('show or set what happens when an input fails')
    .option('--trigger <ms>', 'ms of silence before the switch; "class" follows the output classes')
    .option('--hold <ms>', 'ms without errors before the return to the primary; "class" follows the output classes')
    .option('--slate <what>', 'slate when no input is left: on, off, name, last-picture, or the id of a clip')
    .option('--missing-keys <on|off>', 'switch away from an input that sends no key frame for two of its usual keyframe intervals')
    .option('--low-bitrate <percent>', 'switch away below this percentage of the usual bitrate, or off')
    .option('--stalled-time <on|off>', 'switch away when timestamps stand still')
    .option('--lost-audio <on|off>', 'switch away when audio is missing')
    .option('--black <ms>', 'switch away after this many ms of black picture, or off')
    .option('--frozen <ms>', 'switch away after this many ms of frozen picture, or off')
    .option('--silent <ms>', 'switch away after this many ms of silence, or off')
    .option('--override <reason>', 'allow a time outside the class limits; your name and the reason are recorded')
    .action((name: string, flags: FailoverFlags) => channelFailover(context(), name, flags))
  channel
    .command('rotate-playback <channel>')
    .description('replace the addresses of the player page, embeds, HLS and RTMP play; the old ones stop working at once')
    .option('-y, --yes', 'skip the confirmation')
    .action((name: string, flags: { yes?: boolean }) => rotatePlayback(context(), name, flags))
  channel
    .command('rm <channel>')
    .description('delete a channel')
    .option('-y, --yes', 'skip the confirmation')
    .action((name: string, flags: { yes?: boolean }) => removeChannel(context(), name, flags))
}

function addInputCommands(program: Command, context: () => Context): void {
  const input = program.command('input').description('manage the inputs of a channel: primary, backup, backup2 ...')
  input
    .command('add <channel>')
    .description('add the next backup, with its own stream key')
    .action((channel: string) => addInput(context(), channel))
  input
    .command('rm <channel> <role>')
    .alias('remove')
    .description('remove backup2 or a later one; its encoder is disconnected')
    .action((channel: string, role: string) => removeInput(context(), channel, role))
  input
    .command('swap <channel> <role> <other>')
    .description('swap two inputs, live')
    .action((channel: string, role: string, other: string) => swapInputs(context(), channel, role, other))
  input
    .command('take <channel> <role>')
    .description('switch to an input now, without locking the source')
    .action((channel: string, role: string) => takeInput(context(), channel, role))
  input
    .command('maintenance <channel> <role>')
    .description('keep an input connected and measured, but never switch to it')
    .option('--off', 'end maintenance')
    .action((channel: string, role: string, flags: { off?: boolean }) => setMaintenance(context(), channel, role, flags))
  input
    .command('set <channel> <role>')
    .description('give an input its own SRT port, for encoders without a stream id')
    .option('--srt-port <port>', 'a UDP port from SLUICE_SRT_INPUT_PORTS, auto for the first free one, or off')
    .action((channel: string, role: string, flags: { srtPort?: string }) => setInput(context(), channel, role, flags))
}

function addOutputCommands(program: Command, context: () => Context): void {
  const output = program.command('output').description('manage outputs, by name or id')
  output
    .command('add <channel> <name>')
    .description('add a destination to a channel')
    .option('--url <url>', 'server address, without the stream key')
    .option('--platform <platform>', 'a platform from the catalogue, which sets the server address')
    .option('--destination <destination>', 'a saved destination of the workspace')
    .option('--key-file <file>', 'read the stream key from this file, - for stdin')
    .option('--key <key>', 'the stream key; other users of this machine can see it in the process list')
    .option('--class <class>', 'A owned playback, B primary social, C partner')
    .option('--priority <n>', '0 to 1000; a rollback keeps the highest')
    .option('--rung <rung>', 'auto, source or a rung of the channel', 'auto')
    .option('--latency <mode>', 'standard, or low: nothing is gathered, key frames 1 s apart')
    .option('--enhanced <mode>', 'Twitch: on asks it which video tracks it wants and sends them all, only sends nothing else, off')
    .option('--delay <seconds>', 'send it so much later than the programme, up to 60')
    .option('--audio-track <n>', 'of the source, this audio track alone, counted from 0')
    .option('--probe-url <url>', 'where viewers play it there, HLS or rtmp://; a token in it can be seen in the process list')
    .option('--stopped', 'add it without starting it')
    .option('--insecure', 'accept any server certificate')
    .action((channel: string, name: string, flags: AddOutputFlags) => addOutput(context(), channel, name, flags))
  output
    .command('list [channel]')
    .description('list the outputs of one channel or of all channels')
    .action((name?: string) => listOutputs(context(), name))
  for (const [verb, about] of outputVerbs) {
    output
      .command(`${verb} <output>`)
      .description(about)
      .option('--channel <channel>', 'which channel, if several outputs have this name')
      .action((name: string, flags: { channel?: string }) => askOutput(context(), verb, name, flags))
  }
  output
    .command('rung <output> <rung>')
    .description('choose what an output takes: auto, source or a rung; a live one moves at a key frame')
    .option('--channel <channel>', 'which channel, if several outputs have this name')
    .action((name: string, rung: string, flags: { channel?: string }) => setOutputRung(context(), name, rung, flags))
  output
    .command('edit <output>')
    .description('change how an output gets its stream; a live one keeps its connection but for Enhanced Broadcasting')
    .option('--delay <seconds>', '0 to 60: longer holds the output until it has passed, shorter skips to a key frame')
    .option('--audio-track <n>', 'of the source, this audio track alone, counted from 0; all for what the protocol carries')
    .option('--latency <mode>', 'standard, or low: nothing is gathered, key frames 1 s apart')
    .option('--enhanced <mode>', 'Twitch: on, only or off')
    .option('--probe-url <url>', 'where viewers play it there, HLS or rtmp://, or none; a token in it can be seen in the process list')
    .option('--channel <channel>', 'which channel, if several outputs have this name')
    .action((name: string, flags: EditOutputFlags) => editOutput(context(), name, flags))
  output
    .command('rm <output>')
    .description('delete an output')
    .option('--channel <channel>', 'which channel, if several outputs have this name')
    .action((name: string, flags: { channel?: string }) => removeOutput(context(), name, flags))
}

function addCredentialCommands(program: Command, context: () => Context): void {
  program
    .command('destination')
    .description('manage saved destinations, by name or id')
    .command('rotate <destination>')
    .description('replace the stream key of a destination; live outputs switch over without a gap')
    .option('--at <time>', 'store it encrypted and switch at this time, e.g. 2026-03-01T18:00:00Z')
    .option('--cancel', 'delete the stored key for later')
    .option('--key-file <file>', 'read the new key from this file, - for stdin')
    .option('--key <key>', 'the new key; other users of this machine can see it in the process list')
    .action((name: string, flags: RotateFlags) => rotateDestination(context(), name, flags))
  const guest = program.command('guest').description('manage the links that let guests add their own destinations')
  guest
    .command('add <channel> <name>')
    .description('create a link; it is shown only once')
    .option('--for <span>', 'how long it works: 90m, 6h, 3d (default: 24h)')
    .option('--until <time>', 'or when it expires, e.g. 2026-03-01T18:00:00Z')
    .option('--max <n>', 'maximum number of destinations (default: 1)')
    .option('--class <class>', 'A, B or C (default: C)')
    .action((channel: string, name: string, flags: InviteFlags) => inviteGuest(context(), channel, name, flags))
  guest
    .command('list <channel>')
    .description('list the links of a channel, including ended ones')
    .action((channel: string) => listGuests(context(), channel))
  guest
    .command('revoke <channel> <guest>')
    .description('end a link and delete its outputs and their keys')
    .option('-y, --yes', 'skip the confirmation')
    .action((channel: string, name: string, flags: { yes?: boolean }) => revokeGuest(context(), channel, name, flags))
}

function addPolicyCommands(program: Command, context: () => Context): void {
  const policy = program.command('policy').description('show and change the output classes A, B and C')
  policy
    .command('show')
    .description('show all classes side by side')
    .action(() => showPolicies(context()))
  policy
    .command('set <class> <field=value...>')
    .description('change a class; takes effect on all its channels at once')
    .requiredOption('--reason <reason>', 'reason, recorded in the history')
    .action((name: string, pairs: string[], flags: PolicyFlags) => setPolicy(context(), name, pairs, flags))
  policy
    .command('reset <class>')
    .description('restore the defaults of a class')
    .requiredOption('--reason <reason>', 'reason, recorded in the history')
    .action((name: string, flags: PolicyFlags) => resetPolicy(context(), name, flags))
  policy
    .command('history <class>')
    .description('list every version, with author and reason')
    .action((name: string) => policyHistory(context(), name))
}

const outputVerbs: readonly (readonly [OutputVerb, string])[] = [
  ['start', 'start an output'],
  ['stop', 'stop an output'],
  ['rearm', 'start afresh, even if it is disabled or failed'],
]

const environmentHelp = `
Environment:
  SLUICE_URL          address of Sluice
  SLUICE_TOKEN        API key (or SLUICE_ADMIN_TOKEN); else the one that \`sluice login\` stored
  SLUICE_OUTPUT_KEY   stream key for \`output add\` and \`destination rotate\`
  NO_COLOR            no colour

Exit codes: 0 success, 1 failure, 2 wrong usage.`
