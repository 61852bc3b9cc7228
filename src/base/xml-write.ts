/** An element: its name, and its text or its children in order. Undefined content leaves the element out. */
export type XmlElement = readonly [name: string, content: XmlContent | undefined]
export type XmlContent = string | number | boolean | readonly XmlElement[] | Markup

/** Finished markup, whose texts were escaped by `escapeText`. For elements that a document has by the thousand. */
export interface Markup {
  readonly markup: string
}

/** Returns the replacement for a character that XML cannot hold. */
type Substitute = (character: string) => string

/**
 * A document without attributes, white space or namespaces, because some clients look for bare tags. Characters that
 * XML cannot hold are percent-encoded unless `substitute` is given.
 */
export function writeXml(root: XmlElement, substitute: Substitute = encodeCharacter): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, substitute)}`
}

/** A reference that XML 1.0 forbids: a strict parser refuses the document, while any other text would be wrong. */
export function forbiddenReference(character: string): string {
  return `&#x${character.charCodeAt(0).toString(16)};`
}

/** One element and what it holds. */
export function writeElement(
  [name, content]: XmlElement,
  substitute: Substitute = encodeCharacter,
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

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\r": "&#xd;",
}

/**
 * Characters that XML 1.0 cannot hold, even as a reference: most control characters, two noncharacters, lone
 * surrogates.
 */
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

const ESCAPED = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

/** Whether a document can hold the text unchanged. */
export function isWritable(text: string): boolean {
  return text.search(UNWRITABLE) === -1
}

/** Escapes a text for a document. */
export function escapeText(text: string, substitute: Substitute = encodeCharacter): string {
  if (text.search(ESCAPED) === -1) return text
  return text.replace(ESCAPED, (character) => ESCAPES[character] ?? substitute(character))
}

function encodeCharacter(character: string): string {
  return encodeURIComponent(character.toWellFormed())
}

/** Encodes only what a document cannot hold, and what a decoder would misread. */
export function urlEncodeUnwritable(text: string): string {
  return text.replace(/[%+]/g, encodeCharacter).replace(UNWRITABLE, encodeCharacter)
}
