/** One program to run to its end. */
export interface Step {
  readonly program: string
  readonly args: readonly string[]
  /** Where it runs, below the suite's folder; the folder itself by default. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** How to reach the server, and the access key that it accepts. */
export interface ServerAddress {
  /** `http://oss-cn-hangzhou.aliyuncs.com`, `http://127.0.0.1:PORT`, or the same with https. */
  readonly ossEndpoint: string
  /** `https://kms.cn-hangzhou.aliyuncs.com`, `http://127.0.0.1:PORT`, or the same with https. */
  readonly kmsEndpoint: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Without `oss-`. */
  readonly region: string
}

/** What a suite knows about the server that it runs against. */
export interface ServerFacts extends ServerAddress {
  /** A CMK to encrypt under. */
  readonly cmkId: string
  /** Whether every name below aliyuncs.com resolves to the server, with and without TLS. */
  readonly hasHostNames: boolean
}

/** `osseal dev --tls`: its endpoints are `https://127.0.0.1:PORT`. */
export interface TlsServer extends ServerAddress {
  /** The certificate of its CA. */
  readonly caFile: string
}

/** The result of one test of a suite. */
export interface Outcome {
  /** Unique in its suite and the same in every run. */
  readonly test: string
  readonly result: "passed" | "failed" | "skipped"
}

type Run =
  | { readonly run: (server: ServerFacts, folder: string) => Step; readonly runTls?: never }
  /** Against `osseal dev --tls`. */
  | { readonly runTls: (server: TlsServer, folder: string) => Step; readonly run?: never }

/** Tests of an official or well-known client: how they are installed, run and read. */
export type Suite = Run & SuiteFacts

interface SuiteFacts {
  readonly name: string
  /** The package and its version, and whose tests they are. */
  readonly title: string
  /** It has host names of the service built in, so on an IP address most of it would fail. */
  readonly needsHostNames?: true
  /** Programs that must be on PATH. */
  readonly programs: readonly string[]
  /** Run in order, in a fresh folder; the packages come through the ecosystem's own client. */
  readonly install: readonly Step[]
  /** Files of `test/clients/scenarios` that are copied into the folder, and their names there. */
  readonly scenarios?: Readonly<Record<string, string>>
  /** Buckets that its tests expect to find. */
  readonly buckets?: readonly { readonly name: string; readonly acl: "private" | "public-read" }[]
  /** More arguments for the server. */
  readonly serverArgs?: readonly string[]
  /** Reads what the command printed, standard output and standard error together. */
  readonly parse: (output: string) => readonly Outcome[]
  /** The time limit of the run. */
  readonly minutesMax: number
}
