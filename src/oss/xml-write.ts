/** An element: its name, and its text or its children in order. An undefined content leaves the element out. */
export type XmlElement = readonly [name: string, content: XmlContent | undefined]
export type XmlContent = string | number | boolean | readonly XmlElement[]

/** A document without attributes, white space or namespaces: some clients look for bare tags. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root)}`
}

function writeElement([name, content]: XmlElement): string {
  if (content === undefined) return ""
  const inner =
    typeof content === "object" ? content.map(writeElement).join("") : escapeText(String(content))
  return `<${name}>${inner}</${name}>`
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }

/** Control characters become references, which our own parser and the Go SDKs' accept. */
function escapeText(text: string): string {
  return text.replace(
    /[&<>\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f]/g,
    (character) => ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  )
}

/** A name as `encoding-type=url` wants it: RFC 3986, with "/" kept. */
export function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
}
