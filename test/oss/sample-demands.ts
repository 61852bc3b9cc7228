import type { Demand } from "../../src/identity/judge.ts"
import type { VersionId } from "../../src/objects/rows/records.ts"
import type { ObjectCall, Operation } from "../../src/oss/operation.ts"
import { parseRequest } from "../../src/oss/request.ts"

const VERSION_ID = "0".repeat(32)

const DOOMED = `<Delete>
  <Object><Key>first</Key></Object>
  <Object><Key>second</Key><VersionId>null</VersionId></Object>
</Delete>`

/** What an operation demands for a request to the object KEY in BUCKET of account 1, or to a version of it. */
export async function sampleDemands(
  operation: Operation,
  { isVersion }: { readonly isVersion: boolean },
): Promise<readonly Demand[]> {
  const source = `/SOURCE/a%20b${isVersion ? `?versionId=${VERSION_ID}` : ""}`
  const request = parseRequest(
    {
      method: operation.match.method,
      target: "/BUCKET/KEY",
      rawHeaders: ["Host", "localhost", "Content-MD5", "-", "x-oss-copy-source", source],
    },
    [],
  )
  const versionId = VERSION_ID as VersionId
  // Demands follow from what a request names; they do not depend on a store.
  const call = {
    request,
    settings: { owner: { id: "1", displayName: "1" } },
    bucketName: "BUCKET",
    objectKey: "KEY",
    selector: isVersion ? { kind: "version", versionId } : { kind: "current" },
    xml: Buffer.from(DOOMED),
    encryption: undefined,
  } as unknown as ObjectCall
  return await operation.needs(call)
}

/** Every action that an operation may demand, each once. */
export async function actionsOf(operation: Operation): Promise<string[]> {
  const sampled = [false, true].map((isVersion) => sampleDemands(operation, { isVersion }))
  const demands = (await Promise.all(sampled)).flat()
  return [...new Set(demands.map(({ action }) => action))]
}
