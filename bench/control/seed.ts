import { type Channel, type CreatedApiKey, keyScopes, paths } from '@sluice/contract/api'
import { Client } from './client.ts'

const seeders = 8
const account = { name: 'Bench', email: 'bench@example.org', password: 'a long password of the bench' }

export type Callers = { key: Client; cookie: Client; keyText: string }

/** The first account, signed in, and an API key of everything that one can have. */
export async function makeCallers(url: string, token: string): Promise<Callers> {
  const operator = new Client(url, { authorization: `Bearer ${token}` })
  const { cookies } = await operator.ask('POST', paths.setup, account)
  const cookie = cookies.map((line) => line.split(';')[0]).join('; ')
  const { key } = await operator.ok<CreatedApiKey>('POST', paths.apiKeys, { name: 'bench', scopes: keyScopes('owner') })
  operator.close()
  return {
    key: new Client(url, { authorization: `Bearer ${key}` }),
    cookie: new Client(url, { cookie, origin: url }),
    keyText: key,
  }
}

/** Channels with outputs that are stopped: nobody is called. Answers the ids of the channels. */
export async function seed(url: string, keyText: string, channels: number, outputsEach: number): Promise<string[]> {
  const ids: string[] = []
  let next = 0
  const work = async (): Promise<void> => {
    const client = new Client(url, { authorization: `Bearer ${keyText}` })
    for (let i = next++; i < channels; i = next++) {
      const { id } = await client.ok<Channel>('POST', paths.channels, { name: `Bench ${i}` })
      ids.push(id)
      for (let j = 0; j < outputsEach; j++) {
        const body = { name: `Output ${j}`, url: `rtmp://127.0.0.1:9/live${j}`, streamKey: `key-${i}-${j}`, enabled: false }
        await client.ok('POST', paths.channelOutputs(id), body)
      }
    }
    client.close()
  }
  await Promise.all(Array.from({ length: seeders }, work))
  return ids
}
