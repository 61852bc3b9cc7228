import { asBuffer } from "../base/bytes.ts"
import type { Tally, TallySum } from "../storage/metadata-store.ts"
import { countedOf } from "./rows/tally.ts"

/** The sums over the rows of a bucket, computed again. */
export interface Recount {
  add(tally: Tally): void
  /** Adds a part to one sum for all parts: only the lost row of an ended upload knows the group of its parts. */
  addPart(sizeBytes: number): void
  /** How the store's sums differ; undefined when they do not. */
  differenceOf(sums: readonly TallySum[]): string | undefined
}

interface Sum {
  rows: number
  bytes: number
}

const PARTS = "parts"

export function createRecount(): Recount {
  const counted = new Map<string, Sum>()

  function count(sums: Map<string, Sum>, group: string, { rows, bytes }: Sum): void {
    const before = sums.get(group) ?? { rows: 0, bytes: 0 }
    sums.set(group, { rows: before.rows + rows, bytes: before.bytes + bytes })
  }

  return {
    add({ group, bytes }) {
      count(counted, groupText(group), { rows: 1, bytes })
    },
    addPart(sizeBytes) {
      count(counted, PARTS, { rows: 1, bytes: sizeBytes })
    },
    differenceOf(sums) {
      const told = new Map<string, Sum>()
      for (const { group, rows, bytes } of sums) count(told, groupText(group), { rows, bytes })
      for (const group of new Set([...counted.keys(), ...told.keys()])) {
        const is = counted.get(group) ?? { rows: 0, bytes: 0 }
        const says = told.get(group) ?? { rows: 0, bytes: 0 }
        if (is.rows === says.rows && is.bytes === says.bytes) continue
        return `its rows come to ${is.rows} with ${is.bytes} bytes in a group, and its sums say ${says.rows} with ${says.bytes}`
      }
      return undefined
    },
  }
}

function groupText(group: Uint8Array): string {
  return countedOf(group).kind === "part" ? PARTS : asBuffer(group).toString("hex")
}
