import { setImmediate } from "node:timers/promises"
import { SaxesParser } from "saxes"
import { OssError } from "./errors.ts"

const DEPTH_MAX = 16
const ELEMENTS_MAX = 40_000
/** Clients send a namespace and comments, if at all. */
const ATTRIBUTES_MAX = 1000
const COMMENTS_MAX = 1000

/** An element of a request's body. Attributes are ignored, as the service does with xmlns. */
export interface ReadElement {
  readonly name: string
  /** Its own text; that of its children is theirs. */
  readonly text: string
  readonly children: readonly ReadElement[]
}

interface GrowingElement extends ReadElement {
  text: string
  children: GrowingElement[]
}

/**
 * The root of a short document, up to about 64 KiB. Throws MalformedXML for what is not one well-formed element `rootName`;
 * documents with a DOCTYPE are refused.
 */
export function readXml(body: Buffer, rootName: string): ReadElement {
  const reader = createReader(rootName)
  reader.write(decodeUtf8(body))
  return reader.end()
}

/** Characters that are parsed at a time: a few milliseconds at worst. */
const SLICE_LENGTH = 16 * 1024

/** The same of a document of any length, which lets other requests have their turns meanwhile. */
export async function readLongXml(body: Buffer, rootName: string): Promise<ReadElement> {
  const reader = createReader(rootName)
  const text = decodeUtf8(body)
  for (let start = 0; start < text.length;) {
    const end = endOfSlice(text, start)
    reader.write(text.slice(start, end))
    start = end
    if (start < text.length) await setImmediate()
  }
  return reader.end()
}

/** Not within a reference: those to control characters are looked for slice by slice. */
function endOfSlice(text: string, start: number): number {
  const end = Math.min(start + SLICE_LENGTH, text.length)
  const reference = text.lastIndexOf("&", end - 1)
  const isCut = end < text.length && reference > start && end - reference < REFERENCE_LENGTH
  return isCut ? reference : end
}

const REFERENCE_LENGTH = 16

function malformed(): OssError {
  return new OssError("MalformedXML")
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body)
  } catch {
    throw malformed()
  }
}

interface Reader {
  write(text: string): void
  end(): ReadElement
}

function createReader(rootName: string): Reader {
  const parser = new SaxesParser({ xmlns: false })
  const open: GrowingElement[] = []
  let root: GrowingElement | undefined
  const refuse = (): never => {
    throw malformed()
  }
  const countDown = (most: number): (() => void) => {
    let left = most
    return () => {
      left -= 1
      if (left < 0) refuse()
    }
  }
  const countElement = countDown(ELEMENTS_MAX)
  parser.on("error", refuse)
  parser.on("doctype", refuse)
  parser.on("processinginstruction", refuse)
  parser.on("attribute", countDown(ATTRIBUTES_MAX))
  parser.on("comment", countDown(COMMENTS_MAX))
  parser.on("xmldecl", ({ version, encoding }) => {
    if (version !== "1.0" || (encoding !== undefined && !/^utf-8$/i.test(encoding))) refuse()
  })
  parser.on("opentag", ({ name }) => {
    countElement()
    if (open.length >= DEPTH_MAX) refuse()
    const element: GrowingElement = { name, text: "", children: [] }
    const parent = open.at(-1)
    if (parent === undefined) root = element
    else parent.children.push(element)
    open.push(element)
  })
  parser.on("closetag", () => void open.pop())
  const addText = (piece: string): void => {
    const element = open.at(-1)
    if (element !== undefined) element.text += piece
  }
  parser.on("text", addText)
  parser.on("cdata", addText)
  return {
    write: (text) => void parser.write(replaceControlReferences(text)),
    end() {
      parser.close()
      if (root?.name !== rootName) throw malformed()
      return root
    },
  }
}

// The Go SDKs write control characters in object names as references such as &#x01;, which XML 1.0 forbids and the
// service takes. They pass through the parser as Unicode's 32 noncharacters, and come back in `textOf`.
const NONCHARACTERS = 0xfdd0

function replaceControlReferences(text: string): string {
  if (/[\ufdd0-\ufdef]/.test(text)) throw malformed()
  return text.replace(
    /&#(?:x0*([0-9a-f]{1,2})|0*(\d{1,2}));/gi,
    (reference: string, hex: string | undefined, decimal: string | undefined) => {
      const code = Number.parseInt(hex ?? decimal ?? "", hex === undefined ? 10 : 16)
      const isForbidden = code < 0x20 && code !== 0x9 && code !== 0xa && code !== 0xd
      return isForbidden ? String.fromCharCode(NONCHARACTERS + code) : reference
    },
  )
}

function restoreControls(text: string): string {
  return text.replace(/[\ufdd0-\ufdef]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) - NONCHARACTERS),
  )
}

/** The children of that name. */
export function childrenOf(element: ReadElement, name: string): ReadElement[] {
  return element.children.filter((child) => child.name === name)
}

/** The only child of that name, or undefined. Throws MalformedXML when there are several. */
export function childOf(element: ReadElement, name: string): ReadElement | undefined {
  const [child, second] = childrenOf(element, name)
  if (second !== undefined) throw malformed()
  return child
}

/** The text of the only child of that name, or undefined. Throws MalformedXML when it has children. */
export function textOf(element: ReadElement, name: string): string | undefined {
  const child = childOf(element, name)
  if (child === undefined) return undefined
  if (child.children.length > 0) throw malformed()
  return restoreControls(child.text)
}

/** The same, but the element must be there. */
export function requiredTextOf(element: ReadElement, name: string): string {
  const text = textOf(element, name)
  if (text === undefined) throw malformed()
  return text
}
