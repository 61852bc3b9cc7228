import type { Answer, Connection } from "./connection.ts"
import type { LoadOrder } from "./messages.ts"
import { bodyOf, encryptionHeaders, prepare, type Wanted } from "./requests.ts"

const PART_BYTES = 16 * 1024 * 1024

type Send = (connection: Connection, wanted: Wanted) => Promise<Answer>

/**
 * Moves one object in parts, over all connections at the same time. Returns the number of failures. The time includes the first
 * and the last request of an upload.
 */
export async function moveInParts(
  order: LoadOrder,
  connections: readonly Connection[],
): Promise<number> {
  const { cell } = order
  const [first] = connections
  if (first === undefined) return 1
  let failures = 0
  const send: Send = async (connection, wanted) => {
    const answer = await connection.send(prepare(order, wanted))
    if (answer.status < 200 || answer.status > 299) failures += 1
    return answer
  }
  const objectKey = `${cell.size}/${cell.encryption}/multipart`
  const parts = Array.from({ length: cell.size / PART_BYTES }, (_, index) => index)
  if (cell.operation === "DOWNLOAD") {
    await share(parts, connections, (connection, part) => {
      const range = { first: part * PART_BYTES, last: (part + 1) * PART_BYTES - 1 }
      return send(connection, { method: "GET", objectKey, range })
    })
    return failures
  }
  const begun = await send(first, {
    method: "POST",
    objectKey,
    query: [{ name: "uploads", value: "" }],
    headers: encryptionHeaders(cell),
  })
  const uploadId = /<UploadId>(\w+)</.exec(begun.text)?.[1] ?? ""
  const ofUpload = { name: "uploadId", value: uploadId }
  const answers = await share(parts, connections, (connection, part) =>
    send(connection, {
      method: "PUT",
      objectKey,
      query: [{ name: "partNumber", value: String(part + 1) }, ofUpload],
      body: bodyOf(PART_BYTES, 0),
    }),
  )
  const listed = answers.map(({ head }, part) => {
    const etag = /\r\netag: (\S+)/i.exec(head)?.[1] ?? ""
    return `<Part><PartNumber>${part + 1}</PartNumber><ETag>${etag}</ETag></Part>`
  })
  const body = Buffer.from(`<CompleteMultipartUpload>${listed.join("")}</CompleteMultipartUpload>`)
  await send(first, { method: "POST", objectKey, query: [ofUpload], body })
  return failures
}

/** Returns the answer for each part. Each connection takes the next part when it is free. */
async function share(
  parts: readonly number[],
  connections: readonly Connection[],
  move: (connection: Connection, part: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  await Promise.all(
    connections.map(async (connection) => {
      for (let part = parts[next++]; part !== undefined; part = parts[next++]) {
        answers[part] = await move(connection, part)
      }
    }),
  )
  return answers
}
