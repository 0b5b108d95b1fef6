import type { Channel } from '@sluice/contract/api'

type Shown = Pick<Channel, 'state' | 'ended' | 'inputs' | 'outputs'>

/** What can be done about the show: end what is on, or put what an encoder still sends on the air again. */
export function endShowLook({ state, ended, inputs }: Pick<Shown, 'state' | 'ended' | 'inputs'>): 'end' | 'go-live-again' | 'nothing' {
  if (ended === null) return state === 'live' ? 'end' : 'nothing'
  return inputs.some(({ actual }) => actual?.state === 'receiving') ? 'go-live-again' : 'nothing'
}

export function endShowSentence({ outputs }: Pick<Shown, 'outputs'>): string {
  const rest = 'Outputs stay closed until the encoder stops and starts again, or until you go live again here.'
  if (outputs.live === 0) return `Viewers see the end page. ${rest}`
  const which = outputs.live === 1 ? 'The live output closes cleanly' : `All ${outputs.live} live outputs close cleanly`
  return `${which} and viewers see the end page. ${rest}`
}
