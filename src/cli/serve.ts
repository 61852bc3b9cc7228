import type { Log } from "../base/log.ts"
import type { SecureContextSource } from "../http/tls.ts"
import type { RunningServer } from "../server.ts"
import type { ReadyFile } from "./ready-file.ts"
import type { StopSignals } from "./stop-signals.ts"

/** Options of both `dev` and `server` that do not change what is served. */
export interface ServeOptions {
  readonly readyFile?: string
  readonly printConfig?: boolean
}

interface Serving {
  readonly server: RunningServer
  readonly signals: StopSignals
  readonly log: Log
  /** Text for people, printed when the server is ready. */
  readonly text: string
  readonly tls: SecureContextSource | undefined
  /** Removed as soon as the server begins to stop. */
  readonly readyFile?: Pick<ReadyFile, "remove">
}

/**
 * Prints that the server is ready, serves until the first stop signal, and stops it. SIGHUP reads the certificate
 * again, if there is one.
 */
export async function serveUntilSignal({
  server,
  signals,
  log,
  text,
  tls,
  readyFile,
}: Serving): Promise<void> {
  const reload = (): void => server.reload()
  if (tls !== undefined) process.on("SIGHUP", reload)
  process.stdout.write(text)
  const doors = server.doors.map(({ protocol, host, port, isTls }) => ({
    protocol,
    host,
    port,
    isTls,
  }))
  log.info({ doors }, "ready")
  const signal = await Promise.race([signals.first, server.failed.then(endAtOnce(log))])
  log.info({ signal }, "stopping: requests in progress may finish; another signal cuts them")
  readyFile?.remove()
  await server.stop()
  tls?.close()
  log.info("stopped")
  process.off("SIGHUP", reload)
}

/** What was acknowledged is on the disk; a server that has lost one of its parts must not continue. */
function endAtOnce(log: Log): (reason: string) => never {
  return (reason) => {
    log.fatal({ reason }, "the server cannot continue and exits")
    process.exit(1)
  }
}
