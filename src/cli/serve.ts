import type { Log } from "../base/log.ts"
import type { SecureContextSource } from "../http/tls.ts"
import type { RunningServer } from "../server.ts"
import type { ReadyFile } from "./ready-file.ts"
import type { StopSignals } from "./stop-signals.ts"

/** Options of both `dev` and `server` that change nothing of what is served. */
export interface ServeOptions {
  readonly readyFile?: string
  readonly printConfig?: boolean
}

interface Serving {
  readonly server: RunningServer
  readonly signals: StopSignals
  readonly log: Log
  /** For people, when the server is ready. */
  readonly text: string
  readonly tls: SecureContextSource | undefined
  /** Removed as soon as the server is to stop. */
  readonly readyFile?: Pick<ReadyFile, "remove">
}

/**
 * Prints that the server is ready, serves until the first stop signal, and stops it. SIGHUP reads the certificate again,
 * where there is one.
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
  log.info({ signal }, "stopping: running requests may end; another signal cuts them")
  readyFile?.remove()
  await server.stop()
  tls?.close()
  log.info("stopped")
  process.off("SIGHUP", reload)
}

/** What was acknowledged is on the disk; a server that lacks a part of itself is not to go on. */
function endAtOnce(log: Log): (reason: string) => never {
  return (reason) => {
    log.fatal({ reason }, "the server cannot go on and ends")
    process.exit(1)
  }
}
