// The processor time that the gateway's thread takes for small requests and a list page, without sockets: the
// OSS handler receives requests directly, small ones 32 at a time, over a new directory. The result is valid on a busy
// machine too. Prints the minimum of several rounds. With the root of another checkout as argument, it measures that
// one.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pino from "pino"
import type * as Clock from "../src/base/clock.ts"
import type * as DataDirectory from "../src/data-directory.ts"
import type * as Handler from "../src/oss/handler.ts"
import type * as Operations from "../src/oss/operations/index.ts"
import type { AnswerToSend } from "../src/http/answer.ts"
import type { Exchange } from "../src/http/exchange.ts"
import { presignUrl } from "../src/oss/presign.ts"

const root = process.argv[2] ?? join(import.meta.dirname, "..")

/** A module of the checkout that is measured. */
async function load<T>(module: string): Promise<T> {
  return (await import(join(root, "src", module))) as T
}

const { systemClock } = await load<typeof Clock>("base/clock.ts")
const { openDataDirectory } = await load<typeof DataDirectory>("data-directory.ts")
const { createOssHandler } = await load<typeof Handler>("oss/handler.ts")
const { OPERATIONS } = await load<typeof Operations>("oss/operations/index.ts")

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 7)
const SMALL = { count: 3000, underWay: 32 }
const PAGES = { count: 30, underWay: 1 }
const BUCKET = "bench-bucket"
const SECRET = "secret of the bench"
const BODY = Buffer.alloc(4096, "x")

const directory = await mkdtemp(join(tmpdir(), "osseal-bench-"))
const log = pino({ level: "warn" })
const data = await openDataDirectory(
  directory,
  { kind: "key-file", path: undefined },
  { region: "cn-hangzhou", clock: systemClock, log },
)
const principal = { kind: "account", accountId: data.accountId } as const
const handle = createOssHandler({
  operations: OPERATIONS,
  store: data.store,
  accessKeys: {
    find: (accessKeyId) => Promise.resolve({ accessKeyId, accessKeySecret: SECRET, principal }),
  },
  clock: systemClock,
  settings: {
    region: "cn-hangzhou",
    domains: [],
    encryptionHeaderOperations: "founding",
    owner: { id: data.accountId, displayName: data.accountId },
  },
  log,
  accessLog: false,
})

interface Request {
  readonly method: "PUT" | "GET" | "HEAD" | "DELETE"
  readonly objectKey: string
  readonly encryption?: string
  readonly parameters?: Readonly<Record<string, string>>
}

// eslint-disable-next-line @typescript-eslint/require-await -- bytes come asynchronously, these at once
async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes
}

function exchangeOf({ method, objectKey, encryption, parameters = {} }: Request): Exchange {
  const headers = encryption === undefined ? {} : { "x-oss-server-side-encryption": encryption }
  const target = presignUrl({
    ...{ accessKeyId: "bench", accessKeySecret: SECRET, region: "cn-hangzhou" },
    ...{ method, bucketName: BUCKET, objectKey, parameters, headers },
    ...{ expiresSeconds: 86_400, nowMs: systemClock.nowMs(), endpoint: "" },
  })
  const body = method === "PUT" && objectKey !== "" ? BODY : Buffer.alloc(0)
  return {
    head: {
      method,
      target,
      rawHeaders: [
        ...["Host", "127.0.0.1"],
        ...Object.entries(headers).flat(),
        ...["Content-Length", String(body.length)],
      ],
    },
    body: {
      declaredBytes: body.length,
      chunks: () => once(body),
      whole: () => Promise.resolve(body),
    },
    sourceAddress: "127.0.0.1",
    isSecure: false,
    send: take,
    cut: () => undefined,
    whenEnded: () => undefined,
  }
}

async function take({ status, body }: AnswerToSend): Promise<void> {
  if (status !== 200 && status !== 204) throw new Error(`answered ${status}`)
  if (body.kind !== "stream") return
  for await (const _pieces of body.batches) continue
}

function threadUs(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/**
 * Microseconds of this thread for each request, in the best of several rounds: other programs can only make it longer.
 */
async function measure(
  { count, underWay }: { readonly count: number; readonly underWay: number },
  requestOf: (index: number) => Request,
): Promise<number> {
  let best = Infinity
  for (let round = 0; round <= ROUNDS; round += 1) {
    const exchanges = Array.from({ length: count }, (_, index) =>
      exchangeOf(requestOf(round * count + index)),
    )
    let next = 0
    const drive = async (): Promise<void> => {
      for (let exchange = exchanges[next++]; exchange !== undefined; exchange = exchanges[next++]) {
        await handle(exchange)
      }
    }
    const beforeUs = threadUs()
    await Promise.all(Array.from({ length: underWay }, drive))
    // In the first round V8 compiles.
    if (round > 0) best = Math.min(best, (threadUs() - beforeUs) / count)
  }
  return best
}

const encryption = "AES256"
await handle(exchangeOf({ method: "PUT", objectKey: "" }))
const figures = {
  "PUT 4 KiB, AES256, us": await measure(SMALL, (index) => ({
    ...{ method: "PUT", objectKey: `object-${index}`, encryption },
  })),
  "GET 4 KiB, us": await measure(SMALL, (index) => ({
    ...{ method: "GET", objectKey: `object-${index % 1000}` },
  })),
  "HEAD, us": await measure(SMALL, (index) => ({
    ...{ method: "HEAD", objectKey: `object-${index % 1000}` },
  })),
  "list page of 1,000, us": await measure(PAGES, () => ({
    ...{ method: "GET", objectKey: "", parameters: { "max-keys": "1000" } },
  })),
  "DELETE 4 KiB, us": await measure(SMALL, (index) => ({
    ...{ method: "DELETE", objectKey: `object-${index}` },
  })),
}
for (const [name, figure] of Object.entries(figures)) {
  process.stdout.write(`${name.padEnd(28)} ${Number(figure.toPrecision(3))}\n`)
}
await data.store.reclaimer.drained()
await data.close()
await rm(directory, { recursive: true })
