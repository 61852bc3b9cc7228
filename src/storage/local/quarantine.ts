import { link, mkdir, rename } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Clock } from "../../base/clock.ts"
import { type BlobId, BlobMissing, parseBlobId, type QuarantinedBlob } from "../blob-store.ts"
import { folderOf, hasCode, pathOf, readFolder, removeFile } from "./blob-files.ts"
import { syncFolder } from "./directory-sync.ts"

// blobs-quarantine/ID.MS: files from blobs/ without a record, each with the time at which it was set aside.

interface Quarantine {
  readonly add: (id: BlobId) => Promise<void>
  readonly list: () => AsyncIterable<QuarantinedBlob>
  readonly restore: (id: BlobId) => Promise<void>
  readonly purge: (id: BlobId) => Promise<void>
}

/** The folder of the blobs that were set aside, next to the folder of the others. */
export function quarantineFolder(blobsFolder: string): string {
  return `${blobsFolder}-quarantine`
}

/** The files set aside from `blobsFolder`. The folder is created when the first file is set aside. */
export function createQuarantine(blobsFolder: string, clock: Clock): Quarantine {
  const aside = quarantineFolder(blobsFolder)

  async function makeFolder(): Promise<void> {
    if ((await mkdir(aside, { recursive: true, mode: 0o700 })) !== undefined) {
      await syncFolder(dirname(aside))
    }
  }

  async function find(id: BlobId): Promise<string | undefined> {
    const names = await readFolder(aside)
    const name = names.find((each) => parseName(each)?.id === id)
    return name === undefined ? undefined : join(aside, name)
  }

  return {
    async add(id) {
      await makeFolder()
      try {
        await rename(pathOf(blobsFolder, id), join(aside, `${id}.${clock.nowMs()}`))
      } catch (error) {
        if (!hasCode(error, "ENOENT")) throw error
        return
      }
      await syncFolder(aside)
      await syncFolder(folderOf(blobsFolder, id))
    },
    list: () => listQuarantine(aside),
    async restore(id) {
      const from = await find(id)
      if (from === undefined) throw new BlobMissing(`no blob ${id} in quarantine`)
      // A link never replaces a file, as a rename would.
      await link(from, pathOf(blobsFolder, id))
      await syncFolder(folderOf(blobsFolder, id))
      await removeFile(from)
    },
    async purge(id) {
      const path = await find(id)
      if (path !== undefined) await removeFile(path)
    },
  }
}

/** Every blob that was set aside in `folder`. */
export async function* listQuarantine(
  folder: string,
): AsyncGenerator<QuarantinedBlob, void, undefined> {
  for (const name of await readFolder(folder)) {
    const parsed = parseName(name)
    if (parsed !== undefined) yield parsed
  }
}

function parseName(name: string): QuarantinedBlob | undefined {
  const [, text = "", ms = ""] = /^([0-9a-f]{32})\.(\d+)$/.exec(name) ?? []
  const id = parseBlobId(text)
  return id && { id, sinceMs: Number(ms) }
}
