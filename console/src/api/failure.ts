/** What the server returned instead of a result, or why there was no response. */
export class Failure extends Error {
  override name = "Failure"
  /** A code of the admin API; `Unreachable` when there was no response. */
  readonly code: string
  /** 0 when there was no response. */
  readonly status: number
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined
  constructor(input: {
    readonly code: string
    readonly message: string
    readonly status: number
    readonly requestId?: string | undefined
    readonly retryAfterSeconds?: number | undefined
  }) {
    super(input.message)
    this.code = input.code
    this.status = input.status
    this.requestId = input.requestId
    this.retryAfterSeconds = input.retryAfterSeconds
  }
}

/** Anything thrown, as a Failure. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof TypeError) {
    return new Failure({ code: "Unreachable", message: error.message, status: 0 })
  }
  return new Failure({ code: "Unexpected", message: String(error), status: 0 })
}

/** Whether the thrown value is a Failure of that code. */
export function isFailure(error: unknown, code: string): boolean {
  return error instanceof Failure && error.code === code
}
