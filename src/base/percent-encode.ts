/** Most of what is encoded needs no encoding. */
const PLAIN = /^[\w.~-]*$/

/** Percent-encodes everything but A-Z a-z 0-9 - _ . ~ (RFC 3986). */
export function percentEncode(text: string): string {
  if (PLAIN.test(text)) return text
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const PLAIN_PATH = /^[\w./~-]*$/

/** The same, but keeps "/": a path as it is signed, and as it appears in a URL. */
export function percentEncodePath(path: string): string {
  return PLAIN_PATH.test(path) ? path : percentEncode(path).replaceAll("%2F", "/")
}
