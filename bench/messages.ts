/** What is measured: requests of one kind over several connections. */
export interface Cell {
  /** bare: a node:http server that stores nothing (bare-server.ts). before: osseal of another checkout. */
  readonly server: "osseal" | "before" | "bare"
  readonly operation: Operation
  /** The size of an object in bytes; for lists, the number of objects in the bucket. */
  readonly size: number
  readonly encryption: "unmarked" | "AES256" | "KMS"
  readonly connections: number
}

/**
 * UPLOAD and DOWNLOAD move one object in parts, over all connections at the same time. PREFIXES is a list with a delimiter,
 * which skips the objects under each prefix.
 */
export type Operation =
  "PUT" | "GET" | "HEAD" | "DELETE" | "UPLOAD" | "DOWNLOAD" | "LIST" | "PREFIXES"

/** To the load generator: where, as whom, what, and for how long. */
export interface LoadOrder {
  readonly host: string
  readonly port: number
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly bucketName: string
  readonly cell: Cell
  /** Small objects are written under new names, from this number on. */
  readonly firstName: number
  readonly warmUpMs: number
  readonly measureMs: number
  /** Ends after this many requests, however long they take, without a warm-up. */
  readonly requests?: number
}

export interface LoadResult {
  /** Requests that ended within the measured time. */
  readonly requests: number
  /** Including those of the warm-up. */
  readonly requestsInAll: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of the generator for each request. */
  readonly clientUs: number
  /** Answers with another status than 2xx: any makes the run worthless. */
  readonly failures: number
}

/** The bucket that fill.ts fills. Its names are spread over this many folders. */
export const FILLED_BUCKET = "filled-bucket"
export const FOLDERS = 100

export function nameInFolder(index: number, folders: number = FOLDERS): string {
  return `folder-${index % folders}/object-${index}`
}
