import type { Exchange } from "./exchange.ts"
import type { HttpHandler } from "./server.ts"

/** Why a server does not take every request now. docs/guide/health.md says what to do about each reason. */
export type HealthReason = "draining" | "full" | "read-only"

type HealthCheck = "live" | "ready"

/** Every listener answers these first; no bucket can be named "-". The first is an older name of readiness. */
const CHECKS: ReadonlyMap<string, HealthCheck> = new Map([
  ["/-/health", "ready"],
  ["/-/health/live", "live"],
  ["/-/health/ready", "ready"],
])

export const HEALTH_TARGETS: readonly string[] = [...CHECKS.keys()]

/**
 * Wraps `handle` and reports the server's health to anyone: 200 `{"status":"ok","reasons":[]}`, or 503
 * `{"status":"unavailable","reasons":["full"]}` while there is a reason why not every request is accepted. Liveness is
 * always 200: ending a process that still answers would not help.
 */
export function withHealth(
  handle: HttpHandler,
  reasons: () => readonly HealthReason[],
): HttpHandler {
  return (exchange) => {
    const check = CHECKS.get(exchange.head.target)
    return check === undefined ? handle(exchange) : answerHealth(exchange, check, reasons())
  }
}

async function answerHealth(
  { send }: Exchange,
  check: HealthCheck,
  reasons: readonly HealthReason[],
): Promise<void> {
  const status = reasons.length === 0 ? "ok" : "unavailable"
  const bytes = Buffer.from(`${JSON.stringify({ status, reasons })}\n`)
  await send({
    status: check === "live" || reasons.length === 0 ? 200 : 503,
    headers: [
      ["Content-Type", "application/json"],
      ["Cache-Control", "no-store"],
    ],
    body: { kind: "pieces", pieces: [bytes] },
  })
}
