import { closeSync, fstatSync, open, read } from "node:fs"
import { promisify } from "node:util"
import { assert } from "../../base/assert.ts"
import { type BlobId, BlobMissing, type BlobReader } from "../blob-store.ts"
import { hasCode } from "./blob-files.ts"
import { createReadMemory } from "./read-memory.ts"

// Only calls that may wait for the disk run on another thread, because that costs as much as opening 64 KiB.

const openFile = promisify(open)
const readInto = promisify(read)

/** Throws BlobMissing. */
export async function openBlob(path: string, id: BlobId): Promise<BlobReader> {
  const file = await openExisting(path, id)
  const memory = createReadMemory()
  let reading: Promise<unknown> = Promise.resolve()
  let isOpen = true

  async function readWhole(position: number, length: number): Promise<Buffer> {
    // After close, the number may belong to another file.
    assert(isOpen, "a blob is not read after it was closed")
    const bytes = memory.take(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await readInto(file, bytes, filled, length - filled, position + filled)
      if (bytesRead === 0) throw new BlobMissing(`blob ${id} ends early`)
      filled += bytesRead
    }
    return bytes
  }

  return {
    sizeBytes: sizeOf(file),
    read(position, length) {
      const whole = readWhole(position, length)
      reading = whole.catch(() => undefined)
      return whole
    },
    async close() {
      await reading
      if (!isOpen) return
      isOpen = false
      memory.giveBack()
      closeSync(file)
    },
  }
}

async function openExisting(path: string, id: BlobId): Promise<number> {
  try {
    return await openFile(path, "r")
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new BlobMissing(`no blob ${id}`)
    throw error
  }
}

/** Closes the file if its size cannot be read. */
function sizeOf(file: number): number {
  try {
    return fstatSync(file).size
  } catch (error) {
    closeSync(file)
    throw error
  }
}
