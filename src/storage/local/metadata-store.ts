import type { DatabaseSync } from "node:sqlite"
import type { MessagePort } from "node:worker_threads"
import { checkCommit, checkGet, checkScan, checkTallies } from "../limits.ts"
import { type MetadataStore, StoreFull, StoreReadOnly } from "../metadata-store.ts"
import { NEARLY_FULL } from "./disk-space.ts"
import { createReader, type Reader } from "./reader.ts"
import { createRowCache, type RowCache } from "./row-cache.ts"
import { openForReading } from "./schema.ts"
import { startThread } from "./threads.ts"
import {
  isReleasing,
  joinWriter,
  startWriter,
  type Writer,
  type WriterSurroundings,
} from "./writer.ts"

/**
 * With this much in free pages, the database takes rows even on a nearly full disk: more than the writer commits at once. Without
 * this, deleting small objects would never let others be written, because the database does not shrink.
 */
const FREE_BYTES_MIN = 32 * 1024 * 1024

interface Opening extends WriterSurroundings {
  readonly hasRoom: () => boolean
  /** Receives the error of a commit. */
  readonly noteRefusal: (error: unknown) => void
}

/** The store of the thread that started the writer. */
export interface OwnMetadataStore extends MetadataStore {
  /** Returns a port for `joinLocalMetadataStore` on another thread. The port must be transferred. */
  connect(): MessagePort
}

/** Rows in one SQLite database: read on this thread, written by a second thread, checkpointed by a third. */
export async function openLocalMetadataStore(
  path: string,
  { hasRoom, noteRefusal, ...surroundings }: Opening,
): Promise<OwnMetadataStore> {
  const { state, changes } = surroundings
  const writer = await startWriter(path, surroundings)
  const database = await openBesideWriter(path, writer)
  const checkpoints = startThread("checkpoint-thread", { path })
  const checkpointsEnded = new Promise((resolve) => checkpoints.on("exit", resolve))
  checkpoints.on("error", (error: unknown) => {
    state.turnReadOnly(`checkpoints ended: ${error instanceof Error ? error.message : ""}`)
  })
  return {
    ...storeOver(database, { writer, changes, hasRoom, noteRefusal }),
    connect: writer.connect,
    async close() {
      checkpoints.postMessage("stop")
      await checkpointsEnded
      database.close()
      await writer.close()
    },
  }
}

interface Joining extends Omit<Opening, "accept" | "accepted"> {
  readonly port: MessagePort
}

/** The same rows on another thread of the process. They must be closed before the first thread closes its own. */
export function joinLocalMetadataStore(
  path: string,
  { port, state, ...surroundings }: Joining,
): MetadataStore {
  const database = openForReading(path)
  const writer = joinWriter(port, state)
  return {
    ...storeOver(database, { writer, ...surroundings }),
    async close() {
      await writer.close()
      database.close()
    },
  }
}

function storeOver(
  database: DatabaseSync,
  {
    writer,
    changes,
    hasRoom,
    noteRefusal,
  }: { writer: Writer } & Pick<Opening, "changes" | "hasRoom" | "noteRefusal">,
): Omit<MetadataStore, "close"> {
  const reader = cachedReader(createReader(database), createRowCache(changes))
  const fitsInDatabase = (): boolean => reader.freeBytes() >= FREE_BYTES_MIN
  return {
    ...readingStore(reader),
    async commit(commit) {
      checkCommit(commit)
      try {
        if (!isReleasing(commit) && !hasRoom() && !fitsInDatabase()) {
          throw new StoreFull(NEARLY_FULL)
        }
        return await writer.commit(commit)
      } catch (error) {
        noteRefusal(error)
        throw error
      }
    },
  }
}

function cachedReader(reader: Reader, cache: RowCache): Reader {
  return { ...reader, get: (storeKeys) => cache.get(storeKeys, (missing) => reader.get(missing)) }
}

/** A thread that is not ended would keep the process alive, so a failure ends it. */
async function openBesideWriter(path: string, writer: Writer): Promise<DatabaseSync> {
  try {
    return openForReading(path)
  } catch (error) {
    await writer.close()
    throw error
  }
}

/** The same database, read-only. */
export function openLocalMetadataStoreReadOnly(path: string): MetadataStore {
  const database = openForReading(path)
  return {
    ...readingStore(createReader(database)),
    commit: () => Promise.reject(new StoreReadOnly("the store was opened for reading")),
    close() {
      database.close()
      return Promise.resolve()
    },
  }
}

function readingStore(reader: Reader): Pick<MetadataStore, "get" | "scan" | "tallies"> {
  return {
    // Reads take microseconds; only the interface needs promises.
    // eslint-disable-next-line @typescript-eslint/require-await
    async get(keys) {
      checkGet(keys)
      return reader.get(keys)
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async scan(scan) {
      checkScan(scan)
      return reader.scan(scan)
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async tallies(prefix) {
      checkTallies(prefix)
      return reader.tallies(prefix)
    },
  }
}
