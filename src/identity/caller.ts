import type { Principal } from "./principal.ts"

/** For whom something is done, and how the request arrived: everything that a decision may depend on. */
export interface Caller {
  readonly principal: Principal
  /** The address of the peer, as text; "local" for the program's own work. */
  readonly sourceAddress: string
  /** Whether the request came over TLS. */
  readonly isSecure: boolean
  /** When the request was received, in milliseconds since the Unix epoch. */
  readonly atMs: number
}

/** The store's own background work. */
export function keeperCaller(atMs: number): Caller {
  return {
    principal: { kind: "service", service: "keeper" },
    sourceAddress: "local",
    isSecure: true,
    atMs,
  }
}
