import { setTimeout as delay } from "node:timers/promises"
import { AnsweredAsIs } from "../base/answered-as-is.ts"
import type { AnswerToSend, BodyToSend } from "../http/answer.ts"
import type { Exchange } from "../http/exchange.ts"
import {
  OPERATION_NAMES as KMS_OPERATION_NAMES,
  type OperationName as KmsOperationName,
} from "../kms-api/operation-names.ts"
import type { OssOperationAsked } from "../oss/handler.ts"
import { OPERATIONS } from "../oss/operations/index.ts"
import type { Fault, FaultEffect, Faults } from "./fault.ts"

interface Armed {
  readonly fault: Fault
  hits: number
}

type Handle = (exchange: Exchange) => Promise<void>

/** The faults, and what the listeners need so that requests meet them. */
export interface FaultInjection extends Faults {
  /** The same handler, whose responses may be cut. */
  readonly wrap: (handle: Handle) => Handle
  readonly beforeOss: (exchange: Exchange, asked: OssOperationAsked) => Promise<void>
  readonly beforeKms: (exchange: Exchange, operation: KmsOperationName) => Promise<void>
}

export function createFaultInjection(): FaultInjection {
  const armed = new Set<Armed>()
  /** By the exchange that the handler received. */
  const cuts = new WeakMap<Exchange, { readonly afterBytes: number | undefined }>()
  let waiting = new AbortController()

  const meet = async (exchange: Exchange, fits: (fault: Fault) => boolean): Promise<void> => {
    const met = armed.values().find(({ fault }) => fits(fault))
    if (met === undefined) return
    met.hits += 1
    if (met.hits === met.fault.times) armed.delete(met)
    const { effect } = met.fault
    if (effect.kind === "error") {
      const { status, code, message = "This error was injected by a test." } = effect
      throw new AnsweredAsIs(status, code, message)
    }
    if (effect.kind === "delay") {
      await delay(effect.ms, undefined, { signal: waiting.signal, ref: false }).catch(
        () => undefined,
      )
      return
    }
    cuts.set(exchange, { afterBytes: effect.afterBytes })
    // Prevents the operation from running; its response is never sent.
    if (effect.afterBytes === undefined) throw new AnsweredAsIs(500, "ConnectionCut", "cut")
  }

  return {
    add(fault) {
      checkFault(fault)
      const entry: Armed = { fault, hits: 0 }
      armed.add(entry)
      return {
        get hits() {
          return entry.hits
        },
        remove: () => void armed.delete(entry),
      }
    },
    clear() {
      armed.clear()
      waiting.abort()
      waiting = new AbortController()
    },
    wrap: (handle) => async (exchange) => {
      const watched: Exchange = {
        ...exchange,
        async send(answer) {
          const cut = cuts.get(watched)
          if (cut === undefined) await exchange.send(answer)
          else await sendCut(exchange, answer, cut.afterBytes)
        },
      }
      await handle(watched)
    },
    beforeOss: (exchange, { operation, objectKey }) =>
      meet(
        exchange,
        (fault) =>
          fault.door === "oss" &&
          fault.operation === operation &&
          (fault.objectKey === undefined || fault.objectKey === objectKey),
      ),
    beforeKms: (exchange, operation) =>
      meet(exchange, (fault) => fault.door === "kms" && fault.operation === operation),
  }
}

const NAMES: Readonly<Record<Fault["door"], readonly string[]>> = {
  oss: Object.keys(OPERATIONS),
  kms: KMS_OPERATION_NAMES,
}

/** Checks what types do not express, and what a program without types gets wrong. */
function checkFault({ door, operation, times = 1, effect }: Fault): void {
  if (!NAMES[door].includes(operation)) {
    throw new RangeError(`the ${door} API has no operation ${operation}`)
  }
  if (!Number.isInteger(times) || times < 1) {
    throw new RangeError(`times takes a whole number from 1, not ${times}`)
  }
  const problem = PROBLEM_OF[effect.kind](effect as never)
  if (problem !== undefined) throw new RangeError(problem)
}

const PROBLEM_OF: {
  readonly [Kind in FaultEffect["kind"]]: (
    effect: Extract<FaultEffect, { kind: Kind }>,
  ) => string | undefined
} = {
  error: ({ status }) =>
    Number.isInteger(status) && status >= 400 && status < 600
      ? undefined
      : `status takes 400 to 599, not ${status}`,
  delay: ({ ms }) => (ms >= 0 ? undefined : `ms takes milliseconds, not ${ms}`),
  cut: ({ afterBytes = 0 }) =>
    Number.isInteger(afterBytes) && afterBytes >= 0
      ? undefined
      : `afterBytes takes a number of bytes, not ${afterBytes}`,
}

async function sendCut(
  exchange: Exchange,
  answer: AnswerToSend,
  afterBytes: number | undefined,
): Promise<void> {
  const sizeBytes = sizeOf(answer.body)
  if (afterBytes === undefined || sizeBytes === 0 || exchange.head.method === "HEAD") {
    if (answer.body.kind === "stream") await answer.body.batches.return()
    exchange.cut()
    return
  }
  const batches = firstBytes(answer.body, Math.min(afterBytes, sizeBytes - 1), exchange)
  await exchange.send({ ...answer, body: { kind: "stream", sizeBytes, batches } }).catch(() => {
    // The error that the body was too short, which was intended.
  })
}

function sizeOf(body: BodyToSend): number {
  if (body.kind === "none") return 0
  if (body.kind !== "pieces") return body.sizeBytes
  return body.pieces.reduce((sum, { length }) => sum + length, 0)
}

async function* firstBytes(
  body: BodyToSend,
  bytes: number,
  exchange: Exchange,
): AsyncGenerator<readonly Buffer[], void, undefined> {
  let left = bytes
  for await (const pieces of batchesOf(body)) {
    const batch = Buffer.concat(pieces).subarray(0, left)
    left -= batch.length
    yield [batch]
    if (left > 0) continue
    // What was written must be in the kernel's hands before the connection ends.
    await delay(1)
    exchange.cut()
    return
  }
}

async function* batchesOf(body: BodyToSend): AsyncGenerator<readonly Buffer[]> {
  if (body.kind === "stream") yield* body.batches
  if (body.kind === "pieces") yield body.pieces
}
