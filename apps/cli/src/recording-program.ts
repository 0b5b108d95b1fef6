import type { Command } from 'commander'
import {
  type DownloadFlags,
  downloadRecording,
  listRecordings,
  pinRecording,
  type RecordingFlags,
  removeRecording,
  setRecording,
  startRecording,
  stopRecording,
} from './commands/recording.ts'
import type { Context } from './context.ts'

/** Recordings of shows. */
export function addRecordingCommands(program: Command, context: () => Context): void {
  const recording = program.command('recording').description('record shows, and download what was recorded')
  recording
    .command('list [channel]')
    .description('list recordings, newest first')
    .action((channel: string | undefined) => listRecordings(context(), channel))
  recording
    .command('start <channel>')
    .description('record what is on air until you stop it or the show is over')
    .action((channel: string) => startRecording(context(), channel))
  recording
    .command('stop <recording>')
    .description('stop a recording; the show goes on')
    .action((wanted: string) => stopRecording(context(), wanted))
  recording
    .command('set <channel>')
    .description('choose what a channel records, and how long recordings are kept')
    .option('--mode <off|always>', 'always: every broadcast is recorded')
    .option('--keep <days|forever>', 'delete recordings so many days after their end, and sooner when the disk is nearly full')
    .action((channel: string, flags: RecordingFlags) => setRecording(context(), channel, flags))
  recording
    .command('download <recording>')
    .description('save a recording, or a part of it, as MP4')
    .option('--to <file>', 'name of the file; the name of the recording where absent')
    .option('--from <position>', 'begin here: seconds, or 1:30, or 2:01:30')
    .option('--until <position>', 'end here')
    .option('--exact', 'begin at this very frame, and not at the key frame before it')
    .action((wanted: string, flags: DownloadFlags) => downloadRecording(context(), wanted, flags))
  recording
    .command('pin <recording>')
    .description('keep a recording whatever its age and however full the disk')
    .action((wanted: string) => pinRecording(context(), wanted, true))
  recording
    .command('unpin <recording>')
    .description('let a recording be deleted when its days are over')
    .action((wanted: string) => pinRecording(context(), wanted, false))
  recording
    .command('rm <recording>')
    .description('delete a recording with its files')
    .option('-y, --yes', 'skip the confirmation')
    .action((wanted: string, flags: { yes?: boolean }) => removeRecording(context(), wanted, flags))
}
