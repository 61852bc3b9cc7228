// Fills a data directory with objects through the store's own rules, without HTTP. Arguments: DIRECTORY, the number of
// objects, bytes of each, and the number of folders. Continues where it stopped. Used to measure what a server does with a
// great many objects (many.ts).
import pino from "pino"
import { systemClock } from "../src/base/clock.ts"
import { openDataDirectory } from "../src/data-directory.ts"
import { createBucket, loadBucket } from "../src/objects/buckets.ts"
import { statBucket } from "../src/objects/bucket-stat.ts"
import { parseBucketName, parseObjectKey } from "../src/objects/names.ts"
import { putObject } from "../src/objects/write.ts"
import { FILLED_BUCKET, nameInFolder } from "./messages.ts"

const AT_ONCE = 64

// eslint-disable-next-line @typescript-eslint/require-await -- bytes come asynchronously, these at once
async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

const [directory = "", count = "0", sizeBytes = "1", folders = "100"] = process.argv.slice(2)
const log = pino({ level: "warn" })
const unlock = { kind: "key-file", path: undefined } as const
const data = await openDataDirectory(directory, unlock, {
  region: "cn-hangzhou",
  clock: systemClock,
  log,
})
const { store, accountId } = data
const bucketName = parseBucketName(FILLED_BUCKET)
await createBucket(store, {
  name: bucketName,
  ownerId: accountId,
  storageClass: "Standard",
  dataRedundancyType: "LRS",
})
const bucket = await loadBucket(store, bucketName)
const caller = {
  principal: { kind: "account", accountId },
  sourceAddress: "local",
  isSecure: true,
  atMs: systemClock.nowMs(),
} as const
const bytes = Buffer.alloc(Number(sizeBytes), "x")
let next = (await statBucket(store, bucket)).byStorageClass.get("Standard")?.objectCount ?? 0
next = Math.max(next - AT_ONCE, 0)

async function fill(): Promise<void> {
  while (next < Number(count)) {
    const objectKey = parseObjectKey(nameInFolder(next, Number(folders)))
    next += 1
    await putObject(
      store,
      { caller, bucket, objectKey },
      {
        attributes: { headers: {}, acl: "default", storageClass: "Standard" },
        encryption: undefined,
        forbidOverwrite: false,
        incoming: { chunks: once(bytes), bytesMax: bytes.length },
      },
    )
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, fill))
await store.reclaimer.drained()
await data.close()
