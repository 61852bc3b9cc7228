// Engines for a process that can be told to crash: it dies before it frees what nothing refers to any more.
import type { MemoryEngines } from "../../src/data-directory.ts"
import { ROW_FAMILY } from "../../src/storage/row-keys.ts"
import type { Commit } from "../../src/storage/metadata-store.ts"

export interface CrashingEngines extends MemoryEngines {
  /** Dies at the next commit that only frees records of blobs; neither that commit nor anything after it is done. */
  crashBeforeFreeing(): void
}

export function crashingEngines(engines: MemoryEngines): CrashingEngines {
  let isArmed = false
  let isDead = false
  const isFreeing = ({ writes }: Commit): boolean =>
    writes.every(({ key, value }) => value === null && key[0] === ROW_FAMILY.blob)
  return {
    ...engines,
    metadata: {
      ...engines.metadata,
      commit(commit) {
        if (isArmed && isFreeing(commit)) isDead = true
        if (isDead) return Promise.reject(new Error("the process has crashed"))
        return engines.metadata.commit(commit)
      },
    },
    blobs: {
      ...engines.blobs,
      delete: (id) =>
        isDead ? Promise.reject(new Error("the process has crashed")) : engines.blobs.delete(id),
    },
    crashBeforeFreeing() {
      isArmed = true
    },
  }
}
