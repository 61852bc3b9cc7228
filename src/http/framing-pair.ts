// The C SDK, and ali-oss with a stream of declared length, send Transfer-Encoding: chunked together with Content-Length.
// The parser refuses that, rightly: in front of another server it is how requests are smuggled. Here nothing is ever
// forwarded. From such a head alone the length is taken out before the parser sees it: chunked framing wins, the length
// is checked against what arrives (body.ts), and the connection is closed after the answer.

const HEAD_END = Buffer.from("\r\n\r\n")

/** What the parser says when it meets the pair, in either order. */
const CODES = new Set([
  "HPE_INVALID_TRANSFER_ENCODING",
  "HPE_INVALID_CONTENT_LENGTH",
  "HPE_UNEXPECTED_CONTENT_LENGTH",
])

/** The packet at which the parser stopped, if it may have stopped at the pair. */
export function packetOfPair(error: NodeJS.ErrnoException): Buffer | undefined {
  if (!CODES.has(error.code ?? "") || !("rawPacket" in error)) return undefined
  return Buffer.isBuffer(error.rawPacket) ? error.rawPacket : undefined
}

export function hasWholeHead(bytes: Buffer): boolean {
  return bytes.includes(HEAD_END)
}

/** A packet whose head the strict parser takes. */
export interface StrictPacket {
  readonly packet: Buffer
  /** The length that was taken out. */
  readonly keptLength: number
}

/**
 * A packet that begins with a whole head in which exactly one `Transfer-Encoding: chunked` and exactly one numeric
 * Content-Length stand, without the latter; undefined for any other.
 */
export function takeLengthOut(packet: Buffer): StrictPacket | undefined {
  const end = packet.indexOf(HEAD_END)
  if (end === -1) return undefined
  const [requestLine = "", ...lines] = packet.toString("latin1", 0, end).split("\r\n")
  if (!/^[A-Z]+ [\x21-\x7e]+ HTTP\/1\.1$/.test(requestLine)) return undefined
  if (!lines.every((line) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*$/.test(line))) {
    return undefined
  }
  const [encoding, ...otherEncodings] = linesOf(lines, "transfer-encoding")
  const [length, ...otherLengths] = linesOf(lines, "content-length")
  if (otherEncodings.length > 0 || otherLengths.length > 0) return undefined
  if (!/^transfer-encoding:[ \t]*chunked[ \t]*$/i.test(encoding ?? "")) return undefined
  const digits = /^content-length:[ \t]*(\d{1,15})[ \t]*$/i.exec(length ?? "")?.[1]
  if (digits === undefined) return undefined
  const head = [requestLine, ...lines.filter((line) => line !== length)].join("\r\n")
  return {
    packet: Buffer.concat([Buffer.from(head, "latin1"), packet.subarray(end)]),
    keptLength: Number(digits),
  }
}

function linesOf(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => line.toLowerCase().startsWith(`${name}:`))
}
