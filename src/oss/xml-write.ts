/** An element: its name, and its text or its children in order. An undefined content leaves the element out. */
export type XmlElement = readonly [name: string, content: XmlContent | undefined]
export type XmlContent = string | number | boolean | readonly XmlElement[]

/** A document without attributes, white space or namespaces: some clients look for bare tags. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root)}`
}

function writeElement([name, content]: XmlElement): string {
  if (content === undefined) return ""
  if (typeof content !== "object") return `<${name}>${escapeText(String(content))}</${name}>`
  // A page of a listing has thousands of elements, and adding strings up is the fastest way to join them.
  let inner = ""
  for (const child of content) inner += writeElement(child)
  return `<${name}>${inner}</${name}>`
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\r": "&#xd;",
}

/** What XML 1.0 cannot hold, not even as a reference: most control characters, two noncharacters and lone surrogates. */
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

const ESCAPED = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

/** Whether a document can hold the text as it is. */
export function isWritable(text: string): boolean {
  return text.search(UNWRITABLE) === -1
}

/** What cannot be written is percent-encoded: names that clients use go through `namesDocument` first. */
function escapeText(text: string): string {
  if (text.search(ESCAPED) === -1) return text
  return text.replace(ESCAPED, (character) => ESCAPES[character] ?? percentEncode(character))
}

function percentEncode(character: string): string {
  return encodeURIComponent(character.toWellFormed())
}

/** Only what a document cannot hold, and what a decoder would take for something else. */
export function urlEncodeUnwritable(text: string): string {
  return text.replace(/[%+]/g, percentEncode).replace(UNWRITABLE, percentEncode)
}

/** A name as `encoding-type=url` wants it: RFC 3986, "/" as %2F. */
export function urlEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
