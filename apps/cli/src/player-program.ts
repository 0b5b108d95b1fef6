import type { Command } from 'commander'
import {
  addPlayer,
  editPlayer,
  listPlayers,
  noteComplaint,
  type PlayerFlags,
  playback,
  removePlayer,
  showPlayer,
} from './commands/player.ts'
import { type ViewingFlags, viewing } from './commands/viewing.ts'
import type { Context } from './context.ts'

/** Players of a channel, and what their viewers see. */
export function addPlayerCommands(program: Command, context: () => Context): void {
  const player = program.command('player').description('manage the players of a channel: embed code, allowed sites, look')
  const all = (value: string, before: string[] = []): string[] => [...before, value]
  const withFlags = (command: Command): Command =>
    command
      .option('--site <origin>', 'a site that may embed it, such as https://news.example; repeat it for more, none: every site', all)
      .option('--title <title>', 'title in place of the channel’s; "" goes back to it')
      .option('--text <text>', 'text below the picture; "" goes back to the channel’s')
      .option('--accent <colour>', '#rrggbb of buttons; "" goes back to the channel’s')
      .option('--background <colour>', '#rrggbb of the event page; "" leaves it to the viewer’s device')
      .option('--logo <on|off>', 'logo and the name of Sluice')
      .option('--autoplay <on|off>', 'start by itself')
      .option('--muted <on|off>', 'start without sound')
      .option('--max-height <lines>', 'largest automatic quality, such as 720; auto: no cap')
  player
    .command('list <channel>')
    .description('list the players of a channel')
    .action((channel: string) => listPlayers(context(), channel))
  player
    .command('show <channel> <player>')
    .description('show addresses and embed code')
    .action((channel: string, name: string) => showPlayer(context(), channel, name))
  withFlags(player.command('add <channel> <name>'))
    .description('create a player with an address of its own')
    .action((channel: string, name: string, flags: PlayerFlags) => addPlayer(context(), channel, name, flags))
  withFlags(player.command('edit <channel> <player>'))
    .description('change a player; open pages keep what they have')
    .option('--name <name>', 'another name')
    .action((channel: string, name: string, flags: PlayerFlags) => editPlayer(context(), channel, name, flags))
  player
    .command('rm <channel> <player>')
    .description('delete a player; its embeds stop working')
    .option('-y, --yes', 'skip the confirmation')
    .action((channel: string, name: string, flags: { yes?: boolean }) => removePlayer(context(), channel, name, flags))
  program
    .command('playback <channel>')
    .description('show what viewers saw in the last 15 minutes')
    .action((channel: string) => playback(context(), channel))
  program
    .command('viewing <channel>')
    .description('show or set how a channel is played: latency, and names and languages of audio tracks')
    .option('--latency <low|relaxed>', 'about 2 s or 4 s behind live; players that are open start again')
    .option('--sound <track=language:name>', 'such as 1=de:Deutsch; repeat it for more', all)
    .option('--no-sounds', 'forget what was said of audio tracks')
    .action((channel: string, { sounds, ...flags }: ViewingFlags & { sounds: boolean }) =>
      viewing(context(), channel, { ...flags, noSounds: !sounds }),
    )
  program
    .command('complaint <channel> <text>')
    .description('note what a viewer complained of in the timeline')
    .option('--at <time>', 'when it happened, e.g. 2026-03-01T18:00:00Z (default: now)')
    .action((channel: string, text: string, flags: { at?: string }) => noteComplaint(context(), channel, text, flags))
}
