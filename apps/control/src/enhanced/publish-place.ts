import type { ConfigurationAnswer } from '@sluice/contract/enhanced-broadcasting'

/** Where a granted stream is published. `streamKey` is a secret. */
export type PublishPlace = { readonly url: string; readonly streamKey: string }

/**
 * The address and key of a grant, put together as OBS does it: the template up to the key, the key that the answer names or our own, and as its
 * query what stands behind the key in template and own key, and the number of the configuration. RTMPS where it is offered.
 */
export function publishPlace({ ingests, configId }: ConfigurationAnswer, ownKey: string): PublishPlace {
  const { url, streamKey } = ingests.find(({ protocol }) => protocol === 'RTMPS') ?? ingests[0]!
  const [path = '', templateQuery = ''] = split(url)
  const [key = '', keyQuery = ''] = split(streamKey ?? ownKey)
  const [, userQuery = ''] = streamKey === null ? [] : split(ownKey)
  const query = [templateQuery, keyQuery, userQuery, `clientConfigId=${encodeURIComponent(configId)}`].filter((part) => part !== '')
  return { url: path.replace(/\/?\{stream_key\}.*$/, ''), streamKey: `${key}?${query.join('&')}` }
}

const split = (text: string): [string, string] => {
  const at = text.indexOf('?')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
