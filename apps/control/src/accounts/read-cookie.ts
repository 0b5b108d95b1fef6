/** The value of the first cookie of that name, without quotes and escapes; null without one. Spec: RFC 6265 §4.2 */
export function readCookie(cookies: string, name: string): string | null {
  const part = cookies
    .split(';')
    .map((text) => text.trim())
    .find((text) => text.startsWith(`${name}=`))
  if (part === undefined) return null
  const value = part.slice(name.length + 1).replace(/^"(.*)"$/, '$1')
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
