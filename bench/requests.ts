// Requests are prepared in advance, so that the client takes as little of the measured time as possible.
import { presignUrl } from "../src/oss/presign.ts"
import type { QueryParameter } from "../src/oss/request.ts"
import { type Cell, FOLDERS, type LoadOrder } from "./messages.ts"

export interface Request {
  readonly head: Buffer
  readonly body: Buffer
}

export interface Wanted {
  readonly method: "PUT" | "GET" | "HEAD" | "DELETE" | "POST"
  /** "" for the bucket. */
  readonly objectKey: string
  readonly headers?: ReadonlyMap<string, string>
  readonly query?: readonly QueryParameter[]
  /** The signature does not cover it. */
  readonly range?: { readonly first: number; readonly last: number }
  readonly body?: Buffer
}

const EMPTY = Buffer.alloc(0)

/** A presigned request (V4, in the query), valid for a day. */
export function prepare(order: Pick<LoadOrder, Where>, wanted: Wanted): Request {
  const { method, objectKey, headers = new Map<string, string>(), range, body = EMPTY } = wanted
  const { host, port, bucketName, accessKeyId, accessKeySecret } = order
  const url = presignUrl({
    endpoint: "",
    accessKeyId,
    accessKeySecret,
    region: REGION,
    bucketName,
    objectKey,
    method,
    headers: Object.fromEntries(headers),
    parameters: Object.fromEntries((wanted.query ?? []).map(({ name, value }) => [name, value])),
    expiresSeconds: 86_400,
    nowMs: Date.now(),
  })
  const lines = [
    `${method} ${url} HTTP/1.1`,
    `Host: ${host}:${port}`,
    ...[...headers].map(([name, value]) => `${name}: ${value}`),
    ...(range === undefined ? [] : [`Range: bytes=${range.first}-${range.last}`]),
    ...(method === "PUT" || method === "POST" ? [`Content-Length: ${body.length}`] : []),
  ]
  return { head: Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body }
}

const REGION = "cn-hangzhou"

type Where = "host" | "port" | "accessKeyId" | "accessKeySecret" | "bucketName"

const ENCRYPTION_HEADERS: Record<Cell["encryption"], readonly (readonly [string, string])[]> = {
  unmarked: [],
  AES256: [["x-oss-server-side-encryption", "AES256"]],
  KMS: [["x-oss-server-side-encryption", "KMS"]],
}

export function encryptionHeaders({ encryption }: Cell): Map<string, string> {
  return new Map(ENCRYPTION_HEADERS[encryption])
}

const bodies = new Map<string, Buffer>()

/** Returns one of 26 bodies. Each is made once. */
export function bodyOf(sizeBytes: number, index: number): Buffer {
  const letter = 0x61 + (index % 26)
  const name = `${sizeBytes} ${letter}`
  const body = bodies.get(name) ?? Buffer.alloc(sizeBytes, letter)
  bodies.set(name, body)
  return body
}

/** Returns the request of a cell with this number. Each write of a small object uses a new name. */
export function requestOf(order: LoadOrder, index: number): Request {
  const { cell, firstName } = order
  const { operation, size } = cell
  const isSmall = size <= SMALL_BYTES
  switch (operation) {
    case "PUT":
      return prepare(order, {
        method: "PUT",
        objectKey: objectName(cell, isSmall ? firstName + index : index % readNames(cell)),
        headers: encryptionHeaders(cell),
        body: bodyOf(size, size > BODIES_BYTES ? 0 : index),
      })
    case "DELETE":
      return prepare(order, { method: "DELETE", objectKey: objectName(cell, firstName + index) })
    case "GET":
    case "HEAD": {
      const objectKey = objectName(cell, index % readNames(cell))
      return prepare(order, { method: operation, objectKey })
    }
    case "LIST":
    case "PREFIXES":
      return prepare(order, { method: "GET", objectKey: "", query: listQuery(operation, index) })
    case "UPLOAD":
    case "DOWNLOAD":
      throw new Error(`${operation} is more than one request`)
  }
}

function objectName({ size, encryption }: Cell, index: number): string {
  return `${size}/${encryption}/${index}`
}

/** Pages start at different folders. */
function listQuery(operation: "LIST" | "PREFIXES", index: number): QueryParameter[] {
  const maxKeys = { name: "max-keys", value: "1000" }
  if (operation === "PREFIXES") return [maxKeys, { name: "delimiter", value: "/" }]
  return [maxKeys, { name: "marker", value: `folder-${index % FOLDERS}` }]
}

const SMALL_BYTES = 100_000
/** The number of names that reads of small objects use in turn. */
const READ_NAMES = 128
/** Large objects are written under few names, so that the disk does not fill and every name is written before it is read. */
const LARGE_NAMES = 24
const HUGE_NAMES = 6

export function readNames({ size }: Cell): number {
  if (size <= SMALL_BYTES) return READ_NAMES
  return size > BODIES_BYTES ? HUGE_NAMES : LARGE_NAMES
}

/** Larger bodies are all the same, so that they fit into memory. */
const BODIES_BYTES = 4 * 1024 * 1024
/** An upper bound, so that no name is used twice. */
const REQUESTS_PER_SECOND_MAX = 16_000

/** The number of requests that a cell sends before it starts again with the first. */
export function requestCount({ cell, warmUpMs, measureMs, requests }: LoadOrder): number {
  if (cell.operation === "LIST") return FOLDERS
  if (cell.operation === "PREFIXES") return 1
  if (requests !== undefined) return requests
  if (cell.size > SMALL_BYTES) return readNames(cell)
  if (cell.operation === "GET" || cell.operation === "HEAD") return READ_NAMES
  return Math.ceil(((warmUpMs + measureMs) / 1000) * REQUESTS_PER_SECOND_MAX)
}
