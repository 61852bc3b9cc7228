import type { Cell, Operation } from "./messages.ts"

export const KIB = 1024
export const MIB: number = 1024 * KIB

const ENCRYPTIONS = ["unmarked", "AES256", "KMS"] as const

/** The number of objects in the bucket that lists read, unless another number is given. */
export const LISTED_OBJECTS = 10_000

export const MULTIPART_BYTES: number = 256 * MIB
const MULTIPART_CONNECTIONS = 4

/** Cells of the bare server, besides those of the store: what the machine can do at most. */
const BARE: readonly (readonly [operation: Operation, size: number])[] = [
  ["PUT", 4 * KIB],
  ["GET", 4 * KIB],
  ["PUT", MIB],
  ["GET", MIB],
]

/**
 * Returns all cells, in groups that are compared with each other. The cells of a group differ only in encryption or version.
 * PUT comes before GET, which reads what it wrote. `listed`: the sizes of the buckets to list.
 */
export function cellGroups(listed: readonly number[], isCompared: boolean): Cell[][] {
  const groups: Cell[][] = []
  for (const size of [4 * KIB, 64 * KIB, MIB, 64 * MIB]) {
    for (const connections of [1, 32]) {
      for (const operation of ["PUT", "GET"] as const) {
        groups.push(ofEncryptions({ operation, size, connections }))
      }
    }
  }
  for (const operation of ["HEAD", "DELETE"] as const) {
    groups.push(ofEncryptions({ operation, size: 4 * KIB, connections: 32 }))
  }
  for (const operation of ["UPLOAD", "DOWNLOAD"] as const) {
    groups.push(
      ofEncryptions({ operation, size: MULTIPART_BYTES, connections: MULTIPART_CONNECTIONS }),
    )
  }
  for (const [operation, size] of BARE) {
    groups.push([{ server: "bare", operation, size, encryption: "unmarked", connections: 32 }])
  }
  for (const size of listed) {
    for (const operation of ["LIST", "PREFIXES"] as const) {
      groups.push([
        { server: "osseal", operation, size, encryption: "unmarked", connections: 1 } as const,
      ])
    }
  }
  return isCompared ? groups.map(withBefore) : groups
}

function ofEncryptions(cell: Pick<Cell, "operation" | "size" | "connections">): Cell[] {
  return ENCRYPTIONS.map((encryption) => ({ server: "osseal", ...cell, encryption }))
}

function withBefore(group: readonly Cell[]): Cell[] {
  return group.flatMap((cell) =>
    cell.server === "osseal" ? [cell, { ...cell, server: "before" } as const] : [cell],
  )
}

/** Each round starts with another cell, so that no cell always runs right after a change of operation. */
export function takeTurns(group: readonly Cell[], round: number): Cell[] {
  const first = group.length === 0 ? 0 : round % group.length
  return [...group.slice(first), ...group.slice(0, first)]
}

export function isList({ operation }: Cell): boolean {
  return operation === "LIST" || operation === "PREFIXES"
}

/** Whether requests take so long that a fixed number is measured, and not a fixed time. */
export function isCounted({ size, operation }: Cell): boolean {
  return size >= 16 * MIB && operation !== "LIST" && operation !== "PREFIXES"
}

/** The operation that writes the objects that a cell reads. */
export function writerOf({ operation }: Cell): Operation | undefined {
  if (operation === "GET" || operation === "HEAD") return "PUT"
  return operation === "DOWNLOAD" ? "UPLOAD" : undefined
}

export function nameOf(cell: Cell): string {
  const { server, operation, size, encryption, connections } = cell
  const version = server === "before" ? ", before" : ""
  if (operation === "LIST") return `LIST 1000 of ${size}${version}`
  if (operation === "PREFIXES") return `LIST folders of ${size}${version}`
  const text = size >= MIB ? `${size / MIB} MiB` : `${size / KIB} KiB`
  const what = server === "bare" ? "bare node:http" : encryption
  return `${operation} ${text}, ${what}, ${connections} conn${version}`
}
