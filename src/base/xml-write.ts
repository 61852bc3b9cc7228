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

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }

const ESCAPED = /[&<>\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/

/** What XML 1.0 cannot hold becomes references, which our own parser and the Go SDKs' accept: nothing is lost in silence. */
function escapeText(text: string): string {
  if (!ESCAPED.test(text)) return text
  return text.replace(
    new RegExp(ESCAPED, "g"),
    (character) => ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  )
}
