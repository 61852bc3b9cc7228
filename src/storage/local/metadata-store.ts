import type { DatabaseSync } from "node:sqlite"
import { checkCommit, checkGet, checkScan, checkTallies } from "../limits.ts"
import { type MetadataStore, StoreFull, StoreReadOnly } from "../metadata-store.ts"
import { createReader, type Reader } from "./reader.ts"
import { createRowCache, type RowCache } from "./row-cache.ts"
import { openForReading } from "./schema.ts"
import { startThread } from "./threads.ts"
import { isReleasing, startWriter, type Writer, type WriterSurroundings } from "./writer.ts"

/** Rows in one SQLite database: read on this thread, written by one thread of their own, checkpointed by another. */
export async function openLocalMetadataStore(
  path: string,
  {
    hasRoom,
    noteRefusal,
    ...surroundings
  }: WriterSurroundings & {
    readonly hasRoom: () => boolean
    /** Is given what a commit threw. */
    readonly noteRefusal: (error: unknown) => void
  },
): Promise<MetadataStore> {
  const { state } = surroundings
  const writer = await startWriter(path, surroundings)
  const database = await openBesideWriter(path, writer)
  const checkpoints = startThread("checkpoint-thread", { path })
  const checkpointsEnded = new Promise((resolve) => checkpoints.on("exit", resolve))
  checkpoints.on("error", (error: unknown) => {
    state.turnReadOnly(`checkpoints ended: ${error instanceof Error ? error.message : ""}`)
  })
  const cache = createRowCache()
  return {
    ...readingStore(cachedReader(createReader(database), cache)),
    async commit(commit) {
      checkCommit(commit)
      if (!hasRoom() && !isReleasing(commit)) {
        const refusal = new StoreFull("the disk is nearly full")
        noteRefusal(refusal)
        throw refusal
      }
      const changed = cache.changing(commit.writes)
      try {
        return await writer.commit(commit)
      } catch (error) {
        noteRefusal(error)
        throw error
      } finally {
        changed()
      }
    },
    async close() {
      checkpoints.postMessage("stop")
      await checkpointsEnded
      database.close()
      await writer.close()
    },
  }
}

/**
 * One get sees one state: what is remembered is what is there now, since no commit that is under way writes it, and the rest
 * is read in one snapshot.
 */
function cachedReader(reader: Reader, cache: RowCache): Reader {
  return { ...reader, get: (storeKeys) => cache.get(storeKeys, (missing) => reader.get(missing)) }
}

/** A thread that nobody ends would keep the process alive. */
async function openBesideWriter(path: string, writer: Writer): Promise<DatabaseSync> {
  try {
    return openForReading(path)
  } catch (error) {
    await writer.close()
    throw error
  }
}

/** The same database, never written. */
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
    // Reads take microseconds; the promises are the interface's.
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
