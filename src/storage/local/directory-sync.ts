import { closeSync, fsync, openSync } from "node:fs"
import { promisify } from "node:util"

const syncFile = promisify(fsync)

/** Makes the names in a folder durable. Resolves after an fsync that began after the call. */
export type DirectorySync = (folder: string) => Promise<void>

interface Folder {
  running: Promise<void>
  /** The fsync that begins when the running one ends, for all callers since that one began. */
  next: Promise<void> | undefined
}

/** Callers who wait for the same folder share one fsync. */
export function createDirectorySync(): DirectorySync {
  const folders = new Map<string, Folder>()

  function begin(folder: string): Promise<void> {
    const state: Folder = { running: syncFolder(folder), next: undefined }
    folders.set(folder, state)
    state.running.then(
      () => {
        if (state.next === undefined) folders.delete(folder)
      },
      () => folders.delete(folder),
    )
    return state.running
  }

  return (folder) => {
    const state = folders.get(folder)
    if (state === undefined) return begin(folder)
    // What the running fsync covers is unknown, so a latecomer waits for the next one. After a failure there is none.
    state.next ??= state.running.then(() => begin(folder))
    return state.next
  }
}

/** One fsync of a folder. */
export async function syncFolder(folder: string): Promise<void> {
  // Opening an existing folder does not wait for the disk: the kernel has had it in memory since the store was opened.
  const file = openSync(folder, "r")
  try {
    await syncFile(file)
  } finally {
    closeSync(file)
  }
}
