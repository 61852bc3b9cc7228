import type { z } from "zod"
import type { Caller } from "../identity/caller.ts"
import type { Demand } from "../identity/judge.ts"
import type { KmsScope } from "../kms/cmk-reference.ts"
import type { KeyService } from "../kms/key-service.ts"
import type { AnswerFields } from "./answers.ts"
import { ApiError } from "./errors.ts"
import type { OperationName } from "./operation-names.ts"
import { checkSpelling, isGiven, objectParameter, type Parameters } from "./parameters.ts"

/** What an operation works with. */
export interface Call {
  readonly caller: Caller
  readonly keyService: KeyService
  readonly scope: KmsScope
}

/**
 * What the caller of an operation must be allowed before any of its parameters is read. What concerns one CMK or alias
 * is not here: the key service checks it once it has found the CMK or alias (`askedOfWhatIsNamed`).
 */
export type Needs = (call: Call) => readonly Demand[]

/** One action of the API. */
export interface Operation {
  readonly name: OperationName
  readonly needs: Needs
  /** Whether the action accepts DryRun: it changes nothing, so it can be tried. */
  readonly takesDryRun: boolean
  /** Throws ApiError and KmsError. */
  run(call: Call, parameters: Parameters): Promise<AnswerFields>
}

/** An operation as declared in its file. */
interface OperationDefinition<Input> {
  readonly name: OperationName
  readonly needs: Needs
  readonly takesDryRun?: boolean
  /** The parameters that are used, by their names in the protocol; others are ignored, as in the service. */
  readonly parameters: z.ZodType<Input>
  /**
   * Parameters that would change what is done. They are refused, because to ignore them would do something other than
   * what was asked. So are lists and objects of that name (`Tags.1.TagKey`).
   */
  readonly refused?: readonly string[]
  run(call: Call, input: Input): Promise<AnswerFields>
}

export function defineOperation<Input>(definition: OperationDefinition<Input>): Operation {
  const { name, needs, takesDryRun = false, refused = [] } = definition
  return {
    name,
    needs,
    takesDryRun,
    run: (call, parameters) => {
      checkSpelling(parameters)
      for (const each of refused) {
        if (!isGiven(parameters, each)) continue
        throw new ApiError("UnsupportedOperation", `The parameter ${each} is not supported.`)
      }
      return definition.run(call, parseInput(definition.parameters, parameters))
    },
  }
}

function parseInput<Input>(schema: z.ZodType<Input>, parameters: Parameters): Input {
  const given: Record<string, string> = Object.fromEntries(parameters)
  const context = objectParameter(parameters, "EncryptionContext")
  if (context !== undefined) given["EncryptionContext"] = context
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const name = String(parsed.error.issues[0]?.path[0])
  if ((given[name] ?? "") === "") {
    throw new ApiError("MissingParameter", `The parameter ${name} is required but not given.`)
  }
  throw new ApiError("InvalidParameter", `The parameter ${name} is not valid.`)
}
