/** One program to run to its end. */
export interface Step {
  readonly program: string
  readonly args: readonly string[]
  /** Where it runs, below the suite's folder; the folder itself by default. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** What a suite is told of the server that it runs against. */
export interface ServerFacts {
  /** `http://oss-cn-hangzhou.aliyuncs.com`, or `http://127.0.0.1:PORT`. */
  readonly ossEndpoint: string
  /** `https://kms.cn-hangzhou.aliyuncs.com`, or `http://127.0.0.1:PORT`. */
  readonly kmsEndpoint: string
  /** A CMK to encrypt under. */
  readonly cmkId: string
  /** Whether every name below aliyuncs.com leads to the server, with and without TLS. */
  readonly hasHostNames: boolean
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Without `oss-`. */
  readonly region: string
}

/** What came of one test of a suite. */
export interface Outcome {
  /** Unique in its suite and the same in every run. */
  readonly test: string
  readonly result: "passed" | "failed" | "skipped"
}

/** Tests of an official or well-known client: how they are installed, run and read. */
export interface Suite {
  readonly name: string
  /** The package and its version, and whose tests they are. */
  readonly title: string
  /** It has names of the service written into it, so on an IP address most of it would fail. */
  readonly needsHostNames?: true
  /** Programs that have to be on PATH. */
  readonly programs: readonly string[]
  /** Run in order, in a fresh folder; the packages come through the ecosystem's own client. */
  readonly install: readonly Step[]
  /** Files of `test/clients/scenarios` that are copied into the folder, and their names there. */
  readonly scenarios?: Readonly<Record<string, string>>
  /** Buckets that its tests expect to find. */
  readonly buckets?: readonly { readonly name: string; readonly acl: "private" | "public-read" }[]
  /** More arguments for `osseal server`. */
  readonly serverArgs?: readonly string[]
  readonly run: (server: ServerFacts, folder: string) => Step
  /** Reads what the command printed, standard output and standard error together. */
  readonly parse: (output: string) => readonly Outcome[]
  /** After so long the run is ended. */
  readonly minutesMax: number
}
