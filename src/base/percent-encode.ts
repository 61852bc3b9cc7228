/** Most of what is encoded needs no encoding. */
const PLAIN = /^[\w.~-]*$/

/** Percent-encodes everything but A-Z a-z 0-9 - _ . ~ (RFC 3986). */
export function percentEncode(text: string): string {
  if (PLAIN.test(text)) return text
  const encoded = encodeURIComponent(text)
  return MARK.test(encoded) ? encodeMarks(encoded) : encoded
}

/** The characters that encodeURIComponent leaves as they are and RFC 3986 reserves. */
const MARK = /[!'()*]/

/** Of a request's size, so that a text of nothing else takes little time: a callback for each takes ten times as long. */
function encodeMarks(text: string): string {
  return ["!", "'", "(", ")", "*"].reduce(
    (encoded, mark) =>
      encoded.split(mark).join(`%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    text,
  )
}

const PLAIN_PATH = /^[\w./~-]*$/

/** The same, but keeps "/": a path as it is signed, and as it appears in a URL. */
export function percentEncodePath(path: string): string {
  return PLAIN_PATH.test(path) ? path : percentEncode(path).replaceAll("%2F", "/")
}
