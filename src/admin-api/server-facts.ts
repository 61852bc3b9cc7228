/** A request that a browser may send to the OSS listener without an access key. */
export interface PresignInput {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly method: "GET" | "PUT"
  readonly bucketName: string
  readonly objectKey: string
  /** Query parameters in addition to those of the signature. */
  readonly parameters: Readonly<Record<string, string>>
  /** Headers that the request must carry; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly expiresSeconds: number
  readonly nowMs: number
  /** `https://host:port` */
  readonly endpoint: string
}

/** How a browser reached the console: the host name that it used, and whether it used TLS. */
export interface Reached {
  /** Without a port; an IPv6 address in brackets. */
  readonly hostName: string
  readonly isSecure: boolean
}

export interface WrapFacts {
  readonly wrapId: string
  readonly provider: "key-file" | "passphrase" | "recovery"
}

export interface RootOfTrustFacts {
  readonly provider: "key-file" | "passphrase" | "recovery" | "memory"
  readonly rootKeyId: string | null
  readonly wraps: readonly WrapFacts[]
}

/** The state of a data directory. */
export interface StorageFacts {
  /** Why nothing is written any more; undefined while writes are accepted. */
  readonly readOnlyReason: string | undefined
  readonly disk: { readonly totalBytes: number; readonly freeBytes: number }
}

export interface JobFacts {
  readonly name: string
  readonly everyMs: number
  readonly state: "waiting" | "running" | "failed"
  readonly startedMs: number | undefined
  readonly endedMs: number | undefined
  readonly did: Readonly<Record<string, number>>
  readonly error: string | undefined
}

/** One interval of traffic. */
export interface TrafficPoint {
  readonly atMs: number
  readonly oss: number
  readonly kms: number
  readonly console: number
  readonly failures: number
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
}

/** What only the composition of the server knows. */
export interface ServerFacts {
  readonly version: string
  readonly startedMs: number
  readonly storageKind: "directory" | "memory"
  /** undefined in memory. */
  storage(): StorageFacts | undefined
  jobs(): readonly JobFacts[]
  traffic(seconds: number): {
    readonly intervalSeconds: number
    readonly points: readonly TrafficPoint[]
  }
  /** The address of a listener for a browser that reached the console this way. */
  endpointFor(protocol: "oss" | "kms", reached: Reached): string
  /** The URL of the signed request. */
  presign(input: PresignInput): string
  rootOfTrust(): Promise<RootOfTrustFacts>
  /** Creates a recovery code. undefined in memory, where there is nothing to recover. */
  readonly createRecoveryCode: (() => Promise<string>) | undefined
}
