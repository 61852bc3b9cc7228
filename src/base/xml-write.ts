/** An element: its name, and its text or its children in order. Undefined content leaves the element out. */
export type XmlElement = readonly [name: string, content: XmlContent | undefined]
export type XmlContent = string | number | boolean | readonly XmlElement[] | Markup

/** Finished markup, whose texts were escaped by `escapeText`. For elements that a document has by the thousand. */
export interface Markup {
  readonly markup: string
}

/** Returns the replacement for characters that XML cannot hold. */
type Substitute = (characters: string) => string

/**
 * A document without attributes, white space or namespaces, because some clients look for bare tags. Characters that
 * XML cannot hold are percent-encoded unless `substitute` is given.
 */
export function writeXml(root: XmlElement, substitute: Substitute = encodeCharacters): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, substitute)}`
}

/** References that XML 1.0 forbids: a strict parser refuses the document, while any other text would be wrong. */
export function forbiddenReferences(characters: string): string {
  let references = ""
  for (let at = 0; at < characters.length; at += 1) {
    references += `&#x${characters.charCodeAt(at).toString(16)};`
  }
  return references
}

/** One element and what it holds. */
export function writeElement(
  [name, content]: XmlElement,
  substitute: Substitute = encodeCharacters,
): string {
  if (content === undefined) return ""
  if (typeof content !== "object") {
    return `<${name}>${escapeText(String(content), substitute)}</${name}>`
  }
  if ("markup" in content) return `<${name}>${content.markup}</${name}>`
  // A page of a listing has thousands of elements, and adding strings up is the fastest way to join them.
  let inner = ""
  for (const child of content) inner += writeElement(child, substitute)
  return `<${name}>${inner}</${name}>`
}

const ESCAPES = [
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ["\r", "&#xd;"],
] as const

/**
 * Characters that XML 1.0 cannot hold, even as a reference: most control characters, two noncharacters, lone
 * surrogates.
 */
const UNWRITABLE = /(?:[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate})+/gu

const ESCAPED = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

/** Whether a document can hold the text unchanged. */
export function isWritable(text: string): boolean {
  return text.search(UNWRITABLE) === -1
}

/** Escapes a text for a document. Names are up to 1,023 such characters each, and a list has a thousand of them. */
export function escapeText(text: string, substitute: Substitute = encodeCharacters): string {
  if (text.search(ESCAPED) === -1) return text
  let escaped = text
  for (const [character, reference] of ESCAPES) escaped = escaped.replaceAll(character, reference)
  return escaped.replace(UNWRITABLE, substitute)
}

function encodeCharacters(characters: string): string {
  return encodeURIComponent(characters.toWellFormed())
}

/** Encodes only what a document cannot hold, and what a decoder would misread. */
export function urlEncodeUnwritable(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("+", "%2B").replace(UNWRITABLE, encodeCharacters)
}
