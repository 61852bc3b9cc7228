/** What is measured: requests of one kind over several connections. */
export interface Cell {
  /** bare: a node:http server that stores nothing, see bare-server.ts. before: osseal of another checkout. */
  readonly server: "osseal" | "before" | "bare"
  readonly operation: "PUT" | "GET" | "LIST"
  readonly sizeBytes: number
  readonly encryption: "unmarked" | "AES256" | "KMS"
  readonly connections: number
}

/** To the load generator: the target, the access key, the requests, and the duration. */
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
}

export interface LoadResult {
  readonly requests: number
  /** Including those of the warm-up. */
  readonly requestsInAll: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Responses with a status other than 2xx; a single one invalidates the run. */
  readonly failures: number
}

/** The bucket that fill.ts fills. */
export const FILLED_BUCKET = "filled-bucket"
