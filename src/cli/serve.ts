import type { Log } from "../base/log.ts"
import type { SecureContextSource } from "../http/tls.ts"
import type { RunningServer } from "../server.ts"

/**
 * Prints that the server is ready and serves until SIGTERM or SIGINT; a second signal ends the process at once. SIGHUP
 * reads the certificate again, where there is one.
 */
export async function serveUntilSignal(
  server: RunningServer,
  log: Log,
  text: string,
  tls?: SecureContextSource,
): Promise<void> {
  // Before the text: whoever reads it may send the signal at once.
  const signal = firstSignal()
  const reload = (): void => tls?.reload()
  if (tls !== undefined) process.on("SIGHUP", reload)
  process.stdout.write(text)
  const doors = server.doors.map(({ protocol, host, port, isTls }) => ({
    protocol,
    host,
    port,
    isTls,
  }))
  log.info({ doors }, "ready")
  await signal
  const abort = (): void => process.exit(1)
  process.once("SIGTERM", abort)
  process.once("SIGINT", abort)
  log.info("stopping")
  await server.stop()
  tls?.close()
  process.off("SIGHUP", reload)
  log.info("stopped")
  process.off("SIGTERM", abort)
  process.off("SIGINT", abort)
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve())
    process.once("SIGINT", () => resolve())
  })
}
