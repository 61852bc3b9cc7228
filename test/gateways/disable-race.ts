// A CMK that is disabled on one gateway is refused on every other before DisableKey returns.
import assert from "node:assert/strict"
import { KEEPER } from "../kms/key-service-fixture.ts"
import { startLocalServer } from "../oss/running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "../oss/signed-client.ts"

const BUCKET = "race-bucket"
const GATEWAYS = 3
/** Connections at a time: enough that each gateway gets some. */
const READERS = 6
const REPORT_EVERY = 1000

/**
 * Disables a CMK the given number of times on the first gateway, while all of them read under it. Throws when one of
 * them serves a read after that.
 */
export async function raceDisable(times: number, report?: (done: number) => void): Promise<void> {
  const server = await startLocalServer({}, { gateways: GATEWAYS })
  const { keyService } = server.data
  const send = (request: SignedRequest): Promise<SignedAnswer> =>
    sendSigned(server, { bucketName: BUCKET, isAlone: true, ...request })
  const read = async (): Promise<string> => {
    const { status, code = "" } = await send({ method: "GET", objectKey: "object" })
    return `${status} ${code}`.trim()
  }
  const readers = (): Promise<string>[] => Array.from({ length: READERS }, read)
  try {
    await send({ method: "PUT" })
    const { cmkId } = await keyService.createCmk(KEEPER, { description: "" })
    const headers = {
      "x-oss-server-side-encryption": "KMS",
      "x-oss-server-side-encryption-key-id": cmkId,
    }
    await send({ method: "PUT", objectKey: "object", headers, body: Buffer.alloc(1000, 1) })
    for (let done = 1; done <= times; done += 1) {
      assert.deepEqual(new Set(await Promise.all(readers())), new Set(["200"]))
      // Some are in progress meanwhile, and may be served or refused.
      const during = readers()
      await keyService.disableCmk(KEEPER, cmkId)
      const after = await Promise.all(readers())
      await Promise.all(during)
      assert.deepEqual(new Set(after), new Set(["409 KeyDisabled"]), `time ${done}`)
      await keyService.enableCmk(KEEPER, cmkId)
      if (done % REPORT_EVERY === 0) report?.(done)
    }
  } finally {
    await server.stop()
  }
}
