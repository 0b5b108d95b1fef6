import type { Page } from 'playwright-core'

export const owner = { name: 'Ada Berg', email: 'ada@example.org', password: 'a long enough password' }

/** Creates the first account on a fresh Sluice, by hand as its owner would, from the link that Sluice printed. */
export async function firstRun(page: Page, setupUrl: string): Promise<void> {
  await page.goto(setupUrl)
  await page.getByLabel('Your name').fill(owner.name)
  await page.getByLabel('Email').fill(owner.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(owner.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'No channels yet' }).waitFor()
}

type ChannelAnswer = {
  id: string
  name: string
  inputs: { role: string; streamKey: string }[]
  playback: { playId: string; page: string; embed: string }
}

/** Makes a channel over the API with the session of `page`. */
export async function makeChannel(page: Page, url: string, name: string): Promise<ChannelAnswer> {
  const response = await page.request.post(`${url}/api/v1/channels`, { data: { name }, headers: { origin: url } })
  return (await response.json()) as ChannelAnswer
}

export function primaryKey(channel: { inputs: readonly { role: string; streamKey: string | null }[] }): string {
  return channel.inputs.find((input) => input.role === 'primary')?.streamKey ?? ''
}

/** Adds an output at an address of one's own, from the channel's page. */
export async function addCustomOutput(page: Page, name: string, server: string, key: string): Promise<void> {
  await page.getByRole('button', { name: 'Add output' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('searchbox', { name: 'Search platforms' }).fill('custom rtmp')
  await dialog
    .getByRole('button', { name: /^Custom RTMP\b/ })
    .first()
    .click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('textbox', { name: 'Server address' }).fill(server)
  await dialog.getByRole('textbox', { name: 'Stream key' }).fill(key)
  await dialog.getByRole('button', { name: 'Add output' }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Opens the wall beside `page` and does what it offers for a channel in trouble, by keyboard; it leads to the channel's page, in the tab that is returned. */
export async function actOnWall(page: Page, url: string, action: string): Promise<Page> {
  const tab = await page.context().newPage()
  await tab.goto(`${url}/wall`)
  await tab.getByRole('link', { name: action }).press('Enter')
  return tab
}
