// Where a run of the model keeps its bytes, from one start of its server to the next.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { BlobStore } from "../../src/storage/blob-store.ts"
import type { MetadataStore } from "../../src/storage/metadata-store.ts"
import { createMemoryEngines } from "../../src/data-directory.ts"
import { scanAll } from "../../src/storage/scan-all.ts"
import { startLocalServer, startMemoryServer, type TestServer } from "../oss/running-server.ts"
import { crashingEngines } from "./crashing-engines.ts"

export interface Stored {
  start(): Promise<TestServer>
  /** The server dies before it frees the next blob, where the engine supports that. */
  crashBeforeFreeing(): void
  /** What the stopped server left of buckets and objects: blobs, and rows in hexadecimal. */
  leftovers(): Promise<string[]>
  remove(): Promise<void>
}

/** Appends accept the encryption header with this setting only. */
const CONFIG = { encryptionHeaderOperations: "current" } as const

/** The first bytes of the rows that are deleted with their bucket. */
const BUCKET_FAMILIES = { from: Buffer.of(0x10), to: Buffer.of(0x20) }

async function leftIn(metadata: MetadataStore, blobs: BlobStore): Promise<string[]> {
  const found = await Array.fromAsync(blobs.list())
  const rows = await Array.fromAsync(scanAll(metadata, BUCKET_FAMILIES))
  return [...found, ...rows.map(({ key }) => Buffer.from(key).toString("hex"))]
}

export function storedInMemory(): Stored {
  const engines = createMemoryEngines()
  let ours = crashingEngines(engines)
  return {
    start() {
      ours = crashingEngines(engines)
      return startMemoryServer(CONFIG, ours)
    },
    crashBeforeFreeing: () => ours.crashBeforeFreeing(),
    leftovers: () => leftIn(engines.metadata, engines.blobs),
    remove: () => Promise.resolve(),
  }
}

/** In a directory, served by the given number of gateways; each request may reach a different one. */
export async function storedOnDisk(gateways: number): Promise<Stored> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-model-"))
  const start = (): Promise<TestServer> => startLocalServer(CONFIG, { directory, gateways })
  return {
    start,
    crashBeforeFreeing: () => undefined,
    async leftovers() {
      const server = await start()
      const { metadata, blobs } = server.data.store
      const left = await leftIn(metadata, blobs)
      await server.stop()
      return left
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
