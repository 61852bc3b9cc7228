import type { BucketAcl, ObjectAcl } from "../objects/rows/records.ts"
import { invalidArgument } from "./errors.ts"
import type { Settings } from "./operation.ts"
import type { XmlElement } from "../base/xml-write.ts"

const BUCKET_ACLS: readonly BucketAcl[] = ["private", "public-read", "public-read-write"]

/** Throws InvalidArgument for any other value; undefined when the header is absent or empty. */
export function readBucketAcl(value: string | undefined): BucketAcl | undefined {
  if (value === undefined || value === "") return undefined
  const acl = BUCKET_ACLS.find((each) => each === value)
  if (acl !== undefined) return acl
  throw invalidArgument(
    "no such bucket access control exists",
    { name: "x-oss-acl", value },
    "0015-00000204",
  )
}

export function ownerElement({ owner }: Pick<Settings, "owner">, name = "Owner"): XmlElement {
  return [
    name,
    [
      ["ID", owner.id],
      ["DisplayName", owner.displayName],
    ],
  ]
}

export function aclDocument(settings: Settings, acl: ObjectAcl): XmlElement {
  return ["AccessControlPolicy", [ownerElement(settings), ["AccessControlList", [["Grant", acl]]]]]
}
