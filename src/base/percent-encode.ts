/** RFC 3986: everything but A-Z a-z 0-9 - _ . ~ */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** The same, with "/" kept: a path as it is signed, and in an address. */
export function percentEncodePath(path: string): string {
  return percentEncode(path).replaceAll("%2F", "/")
}
