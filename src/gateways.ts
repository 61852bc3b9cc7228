import { once } from "node:events"
import { extname } from "node:path"
import { Worker } from "node:worker_threads"
import type { Log } from "./base/log.ts"
import type { AccessKeySetting, Config, Door } from "./config.ts"
import type { DataHandover, OpenedData } from "./data-directory.ts"
import type { GatewayReport } from "./gateway-report.ts"

/** What a further gateway starts with. */
export interface GatewayData {
  readonly config: Config
  /** All OSS listeners, with the ports that the first gateway listens on. */
  readonly doors: readonly Door[]
  readonly data: DataHandover
  /** The one access key that is accepted; undefined: those of the database. */
  readonly accessKey: AccessKeySetting | undefined
}

/** Messages to a gateway's thread. */
export type GatewayRequest =
  | { readonly kind: "stop"; readonly graceMs: number }
  /** Checks the certificate's files at once. */
  | { readonly kind: "reload" }

/** Messages from it. Its exit is the response to `stop`. */
export type GatewayAnswer =
  /** Its listeners are open. */
  { readonly kind: "ready" } | { readonly kind: "report"; readonly report: GatewayReport }

/** The gateways besides the first one, each on its own thread. */
export interface FurtherGateways {
  /** Resolves with a reason when one of them ends without being told to. */
  readonly failed: Promise<string>
  reload(): void
  /**
   * Accepts no new requests, lets those in progress finish for up to the given time, and closes what was handed over.
   */
  stop(graceMs: number): Promise<void>
}

export interface Starting extends Omit<GatewayData, "data"> {
  readonly count: number
  readonly handOver: Exclude<OpenedData["handOver"], undefined>
  readonly log: Log
  readonly onReport: (report: GatewayReport) => void
}

/**
 * Starts gateways on the listeners that the first one has open with `reusePort`: the kernel distributes connections
 * among them. Rejects, with all of them ended, when one cannot start.
 */
export async function startGateways({
  count,
  handOver,
  log,
  onReport,
  ...rest
}: Starting): Promise<FurtherGateways> {
  const failed = Promise.withResolvers<string>()
  let isStopping = false
  const threads = Array.from({ length: count }, () => startThread({ ...rest, data: handOver() }))
  const ended = threads.map(async (thread) => {
    const reason = await endOf(thread)
    if (!isStopping) failed.resolve(`a gateway thread ended: ${reason}`)
  })
  const stop = async (graceMs: number): Promise<void> => {
    isStopping = true
    for (const thread of threads) send(thread, { kind: "stop", graceMs })
    await Promise.all(ended)
  }
  for (const thread of threads) {
    thread.on("message", (answer: GatewayAnswer) => {
      if (answer.kind === "report") onReport(answer.report)
    })
  }
  const ready = threads.map((thread) => once(thread, "message"))
  try {
    await Promise.race([Promise.all(ready), failed.promise.then(raise)])
  } catch (error) {
    await stop(0)
    throw error
  } finally {
    for (const each of ready) each.catch(() => undefined)
  }
  log.debug({ gateways: count + 1 }, "gateways are open")
  return {
    failed: failed.promise,
    reload: () => threads.forEach((thread) => send(thread, { kind: "reload" })),
    stop,
  }
}

function raise(reason: string): never {
  throw new Error(reason)
}

function send(thread: Worker, request: GatewayRequest): void {
  thread.postMessage(request)
}

function startThread(data: GatewayData): Worker {
  const file = new URL(`./gateway-thread${extname(import.meta.filename)}`, import.meta.url)
  const { port } = data.data.local
  return new Worker(file, { workerData: data, transferList: [port], name: "gateway" })
}

/** Why a thread ended. */
function endOf(thread: Worker): Promise<string> {
  return new Promise((resolve) => {
    let reason = "without a reason"
    thread.on("error", (error: unknown) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    thread.on("exit", () => resolve(reason))
  })
}
