import { AdminError } from "./errors.ts"
import type { Operation } from "./operation.ts"
import { type AdminRequest, decode } from "./request.ts"

export interface FoundOperation {
  readonly operation: Operation
  /** Placeholders of the path's parameters. */
  readonly segments: ReadonlyMap<string, string>
}

/** The operation that a method and a path name. Throws AdminError MethodNotAllowed where only the method is wrong. */
export function createFindOperation(
  operations: readonly Operation[],
): (request: AdminRequest) => FoundOperation | undefined {
  const templates = operations.map((operation) => ({
    operation,
    parts: operation.path.split("/").map(partOf),
  }))
  return ({ method, path }) => {
    const asked = path.split("/")
    const matching = templates.filter(
      ({ parts }) =>
        parts.length === asked.length &&
        parts.every(({ parameter, text }, index) =>
          parameter ? asked[index] !== "" : asked[index] === text,
        ),
    )
    const found = matching.find(({ operation }) => operation.method === method)
    if (found === undefined) {
      if (matching.length > 0) throw new AdminError("MethodNotAllowed")
      return undefined
    }
    const segments = found.parts.flatMap(({ parameter, text }, index) =>
      parameter ? [[text, decode(asked[index] ?? "")] as const] : [],
    )
    return { operation: found.operation, segments: new Map(segments) }
  }
}

interface TemplatePart {
  readonly parameter: boolean
  readonly text: string
}

function partOf(text: string): TemplatePart {
  return text.startsWith("{")
    ? { parameter: true, text: text.slice(1, -1) }
    : { parameter: false, text }
}
