/** Percent-encodes everything but A-Z a-z 0-9 - _ . ~ (RFC 3986). */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** The same, but keeps "/": a path as it is signed, and as it appears in a URL. */
export function percentEncodePath(path: string): string {
  return percentEncode(path).replaceAll("%2F", "/")
}
