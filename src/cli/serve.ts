import type { Log } from "../base/log.ts"
import type { RunningServer } from "../server.ts"

/** Prints that the server is ready and serves until SIGTERM or SIGINT; a second signal ends the process at once. */
export async function serveUntilSignal(
  server: RunningServer,
  log: Log,
  text: string,
): Promise<void> {
  // Before the text: whoever reads it may send the signal at once.
  const signal = firstSignal()
  process.stdout.write(text)
  log.info({ ossPort: server.ossPort, kmsPort: server.kmsPort }, "ready")
  await signal
  const abort = (): void => process.exit(1)
  process.once("SIGTERM", abort)
  process.once("SIGINT", abort)
  log.info("stopping")
  await server.stop()
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
