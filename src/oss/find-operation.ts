import type { Reading } from "./address.ts"
import { OssError } from "./errors.ts"
import type { EncryptionHeaderRule, Operation } from "./operation.ts"
import type { OssRequest } from "./request.ts"
import { isMisspelledSubresource, SUBRESOURCES } from "./subresources.ts"
import { UNIMPLEMENTED } from "./unimplemented.ts"

export type TargetKind = "service" | "bucket" | "object"

/** What a request addresses, for looking it up in the tables. */
export interface Shape {
  readonly method: string
  readonly target: TargetKind
  readonly subresource: string | null
}

export function targetKind(reading: Reading): TargetKind {
  if (reading.objectKey !== "") return "object"
  return reading.bucketName === "" ? "service" : "bucket"
}

/** One string per shape, so that the tables can be looked up instead of searched. */
export function shapeText({ method, target, subresource }: Shape): string {
  return `${method} ${target} ${subresource ?? ""}`
}

export function shapesOfOperation({ match, target }: Operation): Shape[] {
  const { method, alsoMethod, subresource } = match
  const methods = alsoMethod === undefined ? [method] : [method, alsoMethod]
  const kind = target === "bucket-name" ? "bucket" : target
  return methods.map((each) => ({ method: each, subresource, target: kind }))
}

/** An unsupported request. It is reported only after the caller is authenticated and the headers are screened. */
export interface Refused {
  readonly refusal: OssError
  readonly encryptionHeader: EncryptionHeaderRule
}

export type Found = Operation | Refused

/** Never returns an operation for a sub-resource that the operation does not name. */
export type FindOperation = (request: OssRequest, reading: Reading) => Found

export function createFindOperation(operations: readonly Operation[]): FindOperation {
  const byShape = groupByShape(operations)
  return (request, reading) => {
    const subresources = subresourcesOf(request)
    const [subresource = null] = subresources
    if (subresources.length > 1) {
      const refusal = notImplemented(`the combination of ${subresources.join(" and ")}`)
      return { refusal, encryptionHeader: "rejected" }
    }
    // Without an upload, a part would replace the whole object.
    if (request.parameter("partNumber") !== undefined && subresource !== "uploadId") {
      return {
        refusal: notImplemented("partNumber without uploadId"),
        encryptionHeader: "rejected",
      }
    }
    const shape = { method: request.method, target: targetKind(reading), subresource }
    const found = byShape.get(shapeText(shape))?.find(({ match }) => isMatch(request, match))
    if (found === undefined) return refuse(shape)
    if (request.parameter("versionId") === undefined || found.match.versionId) return found
    return { refusal: notImplemented(`versionId with ${found.name}`), encryptionHeader: "rejected" }
  }
}

export function groupByShape(operations: readonly Operation[]): Map<string, Operation[]> {
  const byShape = new Map<string, Operation[]>()
  for (const operation of operations) {
    for (const shape of shapesOfOperation(operation).map(shapeText)) {
      byShape.set(shape, [...(byShape.get(shape) ?? []), operation])
    }
  }
  return byShape
}

function isMatch(request: OssRequest, { copySource, listType2 }: Operation["match"]): boolean {
  const hasCopySource = request.headers.has("x-oss-copy-source")
  if (copySource !== undefined && copySource !== hasCopySource) return false
  return listType2 === undefined || listType2 === (request.parameter("list-type") === "2")
}

function subresourcesOf(request: OssRequest): string[] {
  const named = request.query.filter(({ name }) => SUBRESOURCES.has(name))
  const found = named.length > 0 ? named : request.query.filter(isMisspelledSubresource)
  return found.map(({ name }) => name)
}

function refuse(shape: Shape): Refused {
  const known = UNIMPLEMENTED.find((each) => shapeText(each) === shapeText(shape))
  if (known !== undefined) {
    return { refusal: notImplemented(known.name), encryptionHeader: known.encryptionHeader }
  }
  const refusal =
    shape.subresource === null
      ? new OssError("MethodNotAllowed", {
          fields: { ResourceType: shape.target.toUpperCase() },
        })
      : notImplemented(`${shape.method} ?${shape.subresource}`)
  return { refusal, encryptionHeader: "rejected" }
}

function notImplemented(what: string): OssError {
  return new OssError("NotImplemented", {
    message: `A header or query parameter you provided implies functionality that is not implemented: ${what}.`,
  })
}
