import type { Command } from 'commander'
import { addPicture, listPictures, removePicture } from './commands/picture.ts'
import { showPlan } from './commands/plan.ts'
import { addRung, editRung, listRungs, type RungFlags, removeRung, setLadder } from './commands/rung.ts'
import { addTemplate, listTemplates, removeTemplate, type TemplateFlags } from './commands/rung-template.ts'
import type { Context } from './context.ts'

/** Encodes of a channel, and the plan of who gets which. */
export function addRungCommands(program: Command, context: () => Context): void {
  program
    .command('plan <channel>')
    .description('show what is encoded for which output, why, and at what price')
    .action((channel: string) => showPlan(context(), channel))
  const rung = program.command('rung').description('manage the encodes of a channel')
  rung
    .command('list <channel>')
    .description('list the rungs of a channel')
    .action((channel: string) => listRungs(context(), channel))
  withFlags(rung.command('add <channel> <name>'))
    .description('add a rung, from a template or from flags')
    .option('--template <template>', 'social-1080, social-720, ladder-360 ..., or one of the workspace')
    .action((channel: string, name: string, flags: RungFlags) => addRung(context(), channel, name, flags))
  withFlags(rung.command('edit <channel> <rung>'))
    .description('change a rung; outputs on it keep their sessions')
    .option('--name <name>', 'another name')
    .action((channel: string, name: string, flags: RungFlags) => editRung(context(), channel, name, flags))
  rung
    .command('rm <channel> <rung>')
    .description('delete a rung that nothing uses')
    .action((channel: string, name: string) => removeRung(context(), channel, name))
  rung
    .command('ladder <channel> <steps...>')
    .description('choose what the player gets beside the source: off, auto, or rungs and templates, e.g. ladder-720 ladder-360')
    .action((channel: string, steps: string[]) => setLadder(context(), channel, steps))
  addTemplateCommands(rung, context)
}

/** Forms for new rungs, and for steps of the player's ladder. */
function addTemplateCommands(rung: Command, context: () => Context): void {
  const template = rung.command('template').description("manage the workspace's own templates for rungs")
  template
    .command('list')
    .description('list the templates: those of Sluice, then your own')
    .action(() => listTemplates(context()))
  withFlags(template.command('add <name>'))
    .description('add a template, from another one or from flags')
    .option('--template <template>', 'begin with this template')
    .option('--note <text>', 'what it is for')
    .action((name: string, flags: TemplateFlags) => addTemplate(context(), name, flags))
  template
    .command('rm <template>')
    .description('delete a template of your own; rungs that were added from it stay')
    .action((name: string) => removeTemplate(context(), name))
}

const withFlags = (command: Command): Command =>
  command
    .option('--height <lines>', 'lines of the picture; its width follows the source')
    .option('--width <pixels>', 'for a picture of a shape of its own, with --fit')
    .option('--fps <fps>', 'frames a second; left out, those of the source, up to 60')
    .option('--kbps <kbps>', 'video bitrate')
    .option('--gop <seconds>', 'distance of key frames')
    .option('--codec <codec>', 'h264, h265 or av1')
    .option('--fit <fit>', 'a source of another shape: fit (bars), fill (a window of it) or blur')
    .option('--crop <share>', 'where the window of fill stands: 0 left or top, 1 right or bottom')
    .option('--hdr <transfer>', 'HDR with h265 or av1: pq, hlg, or off')
    .option('--overlay <picture...>', 'pictures over it: LOGO, LOGO@bottom-left, LOGO@0.5x0.9,width=0.3,opacity=0.6')
    .option('--no-overlay', 'no pictures over it')
    .option('--no-picture', 'the picture passes as it comes, only the sound is encoded')
    .option('--audio-codec <codec>', 'aac or opus')
    .option('--audio-kbps <kbps>', 'audio bitrate')
    .option('--audio-track <n>', 'audio track of the source, counted from 0')
    .option('--channels <n>', '1 or 2')
    .option('--no-audio', 'the sound passes as it comes')
    .option('--gain <dB>', 'louder or quieter, -60 to 20')

/** Logos and other pictures that rungs show. */
export function addPictureCommands(program: Command, context: () => Context): void {
  const picture = program.command('picture').description('manage the pictures that rungs show over theirs')
  picture
    .command('list')
    .description('list the pictures of the workspace')
    .action(() => listPictures(context()))
  picture
    .command('add <file>')
    .description('upload a PNG, JPEG or WebP')
    .option('--name <name>', 'left out, the name of the file')
    .action((file: string, flags: { name?: string }) => addPicture(context(), file, flags))
  picture
    .command('rm <picture>')
    .description('delete a picture that no rung shows')
    .action((name: string) => removePicture(context(), name))
}
