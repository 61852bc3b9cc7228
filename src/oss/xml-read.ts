import { SaxesParser } from "saxes"
import { turns } from "../base/turns.ts"
import { OssError } from "./errors.ts"

const DEPTH_MAX = 16
const ELEMENTS_MAX = 40_000
/** Clients send a namespace and comments at most. */
const ATTRIBUTES_MAX = 1000
const COMMENTS_MAX = 1000
/** Of an element that is read as a text. The longest that clients send is a name, of 1,023 bytes, escaped. */
const TEXT_LENGTH_MAX = 16 * 1024

/** An element of a request's body. Attributes are ignored, as the service does with xmlns. */
export interface ReadElement {
  readonly name: string
  /** Its own text, without that of its children. */
  readonly text: string
  readonly children: readonly ReadElement[]
}

interface GrowingElement extends ReadElement {
  text: string
  children: GrowingElement[]
}

/**
 * The root of a short document, up to about 64 KiB. Throws MalformedXML for anything but one well-formed element
 * `rootName`. A document with a DOCTYPE is refused. White space may precede the document.
 */
export function readXml(body: Buffer, rootName: string): ReadElement {
  const reader = createReader(rootName)
  for (const piece of escapedPieces(decodeUtf8(body))) reader.write(piece)
  return reader.end()
}

/** The same for a document of any length. Other requests get their turns in between. */
export async function readLongXml(body: Buffer, rootName: string): Promise<ReadElement> {
  const reader = createReader(rootName)
  for (const piece of escapedPieces(decodeUtf8(body))) {
    if (turns.isSpent()) await turns.next()
    reader.write(piece)
  }
  return reader.end()
}

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
    write: (text) => void parser.write(text),
    end() {
      parser.close()
      if (root?.name !== rootName) throw malformed()
      return root
    },
  }
}

// Object names may contain characters that XML 1.0 forbids, and the service accepts them: raw, or as references such as
// &#x01;, which the Go SDKs write. They pass through the parser as ESCAPE and four digits, and `textOf` restores them.
// ESCAPE itself is treated the same way, so that no name changes.
const ESCAPE = "\ufdd0"
const ESCAPED_RAW = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufdd0\ufffe\uffff]/g
const REFERENCE = /&#(?:x0*([0-9a-f]{1,4})|0*(\d{1,5}));/gi

/** How many characters are escaped and parsed at a time: a few milliseconds at worst. */
const SLICE_LENGTH = 8 * 1024
/** The longest reference that is searched for. */
const REFERENCE_LENGTH = 16

/** A document in pieces for the parser. */
function* escapedPieces(document: string): Generator<string, void, undefined> {
  const text = document.replace(/^[\t\n\r ]+/, "")
  for (let start = 0; start < text.length;) {
    const { at, close } = nextVerbatim(text, start)
    yield* slices(text, start, at, escapeReferences)
    if (close === undefined) return
    const end = text.indexOf(close, at)
    if (end === -1) throw malformed()
    start = end + close.length
    yield* slices(text, at, start, (slice) => slice)
  }
}

function* slices(
  text: string,
  from: number,
  to: number,
  escape: (slice: string) => string,
): Generator<string, void, undefined> {
  for (let start = from; start < to;) {
    const end = endOfSlice(text, start, to)
    yield escapeRaw(escape(text.slice(start, end)))
    start = end
  }
}

/** Never within a reference: references to forbidden characters are searched for slice by slice. */
function endOfSlice(text: string, start: number, to: number): number {
  const end = Math.min(start + SLICE_LENGTH, to)
  if (end === to) return end
  // Only the last characters: a search through the whole text would take a time that grows with its square.
  const last = Math.max(start + 1, end - REFERENCE_LENGTH + 1)
  const reference = text.slice(last, end).lastIndexOf("&")
  return reference === -1 ? end : last + reference
}

/** How a CDATA section or a comment begins, inside which a reference is just text, and how it ends. */
function nextVerbatim(text: string, start: number): { at: number; close: string | undefined } {
  const verbatim = /<!--|<!\[CDATA\[/g
  verbatim.lastIndex = start
  const match = verbatim.exec(text)
  if (match === null) return { at: text.length, close: undefined }
  return { at: match.index, close: match[0] === "<!--" ? "-->" : "]]>" }
}

function escapeReferences(text: string): string {
  return text.replace(REFERENCE, (reference: string, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    const character = code > 0xffff ? "" : String.fromCharCode(code)
    return escapeRaw(character) === character ? reference : character
  })
}

function escapeRaw(text: string): string {
  return text.replace(
    ESCAPED_RAW,
    (character) => ESCAPE + character.charCodeAt(0).toString(16).padStart(4, "0"),
  )
}

function restore(text: string): string {
  if (!text.includes(ESCAPE)) return text
  return text.replace(/\ufdd0([0-9a-f]{4})/g, (_escaped, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
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

/**
 * The text of the only child of that name, or undefined. Throws MalformedXML when it has children, or is longer than any
 * text that a request means.
 */
export function textOf(element: ReadElement, name: string): string | undefined {
  const child = childOf(element, name)
  if (child === undefined) return undefined
  if (child.children.length > 0 || child.text.length > TEXT_LENGTH_MAX) throw malformed()
  return restore(child.text)
}

/** The same, but the element must be there. */
export function requiredTextOf(element: ReadElement, name: string): string {
  const text = textOf(element, name)
  if (text === undefined) throw malformed()
  return text
}
