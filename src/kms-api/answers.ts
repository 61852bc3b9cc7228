import { forbiddenReferences, writeXml, type XmlElement } from "../base/xml-write.ts"
import type { AnsweredError } from "./errors.ts"

export type AnswerFormat = "json" | "xml"

/** The fields of a response, in the order in which they are written. */
export interface AnswerFields {
  readonly [name: string]: AnswerValue
}

type AnswerValue = string | number | boolean | AnswerFields | readonly AnswerFields[]

/** A rendered response. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** No field may be named Code: pop-core takes any response with one as an error. */
export function renderSuccess(
  format: AnswerFormat,
  action: string,
  requestId: string,
  fields: AnswerFields,
): Answer {
  return render(format, 200, `${action}Response`, { RequestId: requestId, ...fields })
}

/** The union of what the clients read: HttpStatus belongs to the older protocol, HostId and Recommend to the newer. */
export function renderError(
  format: AnswerFormat,
  requestId: string,
  hostId: string,
  error: AnsweredError,
): Answer {
  return render(format, error.status, "Error", {
    RequestId: requestId,
    HostId: hostId,
    Code: error.code,
    Message: error.message,
    Recommend: "",
    HttpStatus: error.status,
  })
}

function render(format: AnswerFormat, status: number, root: string, fields: AnswerFields): Answer {
  if (format === "json") {
    return { status, contentType: "application/json;charset=utf-8", body: JSON.stringify(fields) }
  }
  // @alicloud/openapi-client recognizes an XML error by exactly this content type.
  const body = writeXml([root, elementsOf(fields)], forbiddenReferences)
  return { status, contentType: "text/xml;charset=utf-8", body }
}

function elementsOf(fields: AnswerFields): XmlElement[] {
  return Object.entries(fields).flatMap(([name, value]): XmlElement[] => {
    if (typeof value !== "object") return [[name, value]]
    const items = isList(value) ? value : [value]
    return items.map((item) => [name, elementsOf(item)])
  })
}

function isList(value: AnswerFields | readonly AnswerFields[]): value is readonly AnswerFields[] {
  return Array.isArray(value)
}
