/** Whether a page of this origin may show a player. No origin, as from a page of our own or a program: the frame's policy decides. */
export function isSiteAllowed(sites: readonly string[], origin: string | undefined, own: string): boolean {
  if (sites.length === 0 || origin === undefined || origin === own) return true
  return sites.some((site) => matches(site, origin.toLowerCase()))
}

/** `https://*.example.org` is every name below it, and not the name itself, as browsers read it. */
function matches(site: string, origin: string): boolean {
  const [scheme = '', host = ''] = site.split('://')
  if (!host.startsWith('*.')) return site === origin
  const [originScheme, originHost = ''] = origin.split('://')
  return originScheme === scheme && originHost.endsWith(host.slice(1)) && originHost.length > host.length - 1
}
