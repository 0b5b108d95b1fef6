import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useChannels } from '../../live/index.ts'
import { troubledOutputs } from './troubled-outputs.ts'

/** The tab's title shows problems while the operator is in another tab: `(2!) Sunday service · Sluice`. */
export function useTabTitle(): void {
  const { channelId } = useParams({ strict: false })
  const channels = useChannels().data ?? []
  const troubled = troubledOutputs(channels)
  const name = channels.find((channel) => channel.id === channelId)?.name
  useEffect(() => {
    document.title = `${troubled > 0 ? `(${troubled}!) ` : ''}${name === undefined ? '' : `${name} · `}Sluice`
  }, [troubled, name])
}
