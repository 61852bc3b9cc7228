import { setTimeout as delay } from "node:timers/promises"
import { releasedWhenGivenUp } from "../base/given-up.ts"
import { invalidArgument } from "./errors.ts"
import type { BodyToSend } from "../http/answer.ts"
import type { OssRequest } from "./request.ts"

const NAME = "x-oss-traffic-limit"

/** Bits per second. Source: the service's page "Single-connection bandwidth throttling". */
const BITS_MIN = 819_200
const BITS_MAX = 838_860_800

const SLICE_BYTES_MAX = 64 * 1024

/** The bytes per second to which a request asks to be limited. Throws InvalidArgument. */
export function readTrafficLimit({ headers, parameter }: OssRequest): number | undefined {
  const inHeader = headers.get(NAME)
  const inQuery = parameter(NAME)
  const value = inHeader ?? inQuery
  if (value === undefined) return undefined
  const bits = /^\d{1,10}$/.test(value) ? Number(value) : 0
  if (inHeader !== undefined && inQuery !== undefined) {
    throw invalidArgument("The limit is given in the header and in the query.", {
      name: NAME,
      value,
    })
  }
  if (bits >= BITS_MIN && bits <= BITS_MAX) return bits / 8
  throw invalidArgument(`The limit is a number from ${BITS_MIN} to ${BITS_MAX}.`, {
    name: NAME,
    value,
  })
}

/** How a pace is kept; replaced in tests. */
export interface Pacing {
  readonly nowMs: () => number
  readonly wait: (ms: number) => Promise<unknown>
}

const REAL: Pacing = { nowMs: () => performance.now(), wait: (ms) => delay(ms) }

/** The same bytes in slices, each of which waits until the slices before it have taken their time. */
export async function* paced(
  chunks: AsyncIterable<Uint8Array>,
  bytesPerSecond: number,
  { nowMs, wait }: Pacing = REAL,
): AsyncGenerator<Buffer, void, undefined> {
  const startMs = nowMs()
  let sentBytes = 0
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    for (let at = 0; at < bytes.length; at += SLICE_BYTES_MAX) {
      const aheadMs = startMs + (sentBytes / bytesPerSecond) * 1000 - nowMs()
      if (aheadMs > 0) await wait(aheadMs)
      const slice = bytes.subarray(at, at + SLICE_BYTES_MAX)
      sentBytes += slice.length
      yield slice
    }
  }
}

type BodyOfBytes = Exclude<BodyToSend, { kind: "none" | "announced" }>

/** A response's body, slowed down. */
export function pacedBody(body: BodyToSend, bytesPerSecond: number | undefined): BodyToSend {
  if (bytesPerSecond === undefined || body.kind === "none" || body.kind === "announced") return body
  const sizeBytes =
    body.kind === "stream"
      ? body.sizeBytes
      : body.pieces.reduce((sum, { length }) => sum + length, 0)
  if (sizeBytes <= SLICE_BYTES_MAX) return body
  const slowed = pacedBatches(body, bytesPerSecond)
  const { areOwned } = body
  if (body.kind === "pieces") return { kind: "stream", sizeBytes, batches: slowed, areOwned }
  const batches = releasedWhenGivenUp(slowed, () => body.batches.return())
  return { kind: "stream", sizeBytes, batches, areOwned }
}

async function* pacedBatches(
  body: BodyOfBytes,
  bytesPerSecond: number,
): AsyncGenerator<readonly Buffer[], void, undefined> {
  for await (const slice of paced(piecesOf(body), bytesPerSecond)) yield [slice]
}

async function* piecesOf(body: BodyOfBytes): AsyncGenerator<Buffer, void, undefined> {
  if (body.kind === "pieces") yield* body.pieces
  else for await (const pieces of body.batches) yield* pieces
}
