// The C SDK, and ali-oss with a stream of declared length, send Transfer-Encoding: chunked together with
// Content-Length. Node's parser refuses that, and rightly so: in front of another server it allows request smuggling.
// Here nothing is ever forwarded. So from such a head, and from no other, the length is removed before the parser sees
// it. Chunked framing wins, the length is checked against what arrives (body.ts), and the connection is closed after
// the response.

const HEAD_END = Buffer.from("\r\n\r\n")

/** The parser's error codes for the pair, in either order. */
const CODES = new Set([
  "HPE_INVALID_TRANSFER_ENCODING",
  "HPE_INVALID_CONTENT_LENGTH",
  "HPE_UNEXPECTED_CONTENT_LENGTH",
])

/** The packet at which the parser stopped, if the pair may have been the reason. */
export function packetOfPair(error: NodeJS.ErrnoException): Buffer | undefined {
  if (!CODES.has(error.code ?? "") || !("rawPacket" in error)) return undefined
  return Buffer.isBuffer(error.rawPacket) ? error.rawPacket : undefined
}

export function hasWholeHead(bytes: Buffer): boolean {
  return bytes.includes(HEAD_END)
}

/** A packet whose head the strict parser accepts. */
export interface StrictPacket {
  readonly packet: Buffer
  /** The length that was removed. */
  readonly keptLength: number
}

/**
 * For a packet that begins with a complete head with exactly one `Transfer-Encoding: chunked` and exactly one numeric
 * Content-Length: the packet without Content-Length. undefined for any other.
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
