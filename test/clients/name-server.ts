// As much of DNS (RFC 1035) as a resolver needs to get an address, "no such name" or "no such record".

const HEADER_BYTES = 12
const TYPE_A = 1
const TTL_S = 60
const ANSWER = 0x8000
const RECURSION = 0x0180
const NAME_ERROR = 3

/** The response to one query; undefined when it is not a query. `addressOf` receives a name in lower case. */
export function answerQuery(
  query: Buffer,
  addressOf: (name: string) => string | undefined,
): Buffer | undefined {
  const question = readQuestion(query)
  if (question === undefined) return undefined
  const address = addressOf(question.name)
  const isFound = address !== undefined && question.type === TYPE_A
  const header = Buffer.alloc(HEADER_BYTES)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(ANSWER | RECURSION | (address === undefined ? NAME_ERROR : 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(isFound ? 1 : 0, 6)
  const parts = [header, query.subarray(HEADER_BYTES, question.end)]
  return Buffer.concat(isFound ? [...parts, addressRecord(address)] : parts)
}

interface Question {
  readonly name: string
  readonly type: number
  /** Where it ends in the query. */
  readonly end: number
}

function readQuestion(query: Buffer): Question | undefined {
  if (query.length < HEADER_BYTES || query.readUInt16BE(4) !== 1) return undefined
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = query[at]; length !== 0; length = query[at]) {
    if (length === undefined || length > 63) return undefined
    labels.push(query.toString("latin1", at + 1, at + 1 + length))
    at += 1 + length
  }
  const end = at + 5
  if (end > query.length) return undefined
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end }
}

/** Refers to the name at HEADER_BYTES. */
function addressRecord(address: string): Buffer {
  const record = Buffer.alloc(16)
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
  record.writeUInt16BE(TYPE_A, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt32BE(TTL_S, 6)
  record.writeUInt16BE(4, 10)
  Buffer.from(address.split(".").map(Number)).copy(record, 12)
  return record
}
