/**
 * What a colour may mean. `ok`: media is taken. `warn`: Sluice is working on it. `bad`: it needs a person. `busy`: on its way.
 * `quiet`: nothing is wanted or nothing is there.
 */
export type Tone = 'ok' | 'warn' | 'bad' | 'busy' | 'quiet'
