import { createBucket } from "../../objects/buckets.ts"
import type { EncryptionChoice } from "../../objects/rows/records.ts"
import { readBucketAcl } from "../acl-xml.ts"
import { readStorageClass } from "../attributes.ts"
import { CMK_HEADER } from "../encryption-header.ts"
import { endpoints } from "../endpoints.ts"
import { invalidArgument, OssError } from "../errors.ts"
import { ofNewBucket } from "../needs.ts"
import type { BucketNameOperation, Settings } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import { readXml, textOf } from "../xml-read.ts"

export const putBucket: BucketNameOperation = {
  name: "PutBucket",
  target: "bucket-name",
  match: { method: "PUT", subresource: null },
  needs: ofNewBucket,
  acl: "account",
  body: { kind: "xml", bytesMax: 64 * 1024 },
  encryptionHeader: "accepted-later",
  async run({ request, store, settings, bucketName, xml, encryption }) {
    const acl = readBucketAcl(request.headers.get("x-oss-acl"))
    checkCmkHeader(request, encryption)
    const configuration = readConfiguration(xml, settings)
    await createBucket(store, {
      name: bucketName,
      ownerId: settings.owner.id,
      ...configuration,
      ...(acl === undefined ? {} : { acl }),
      ...(encryption === undefined ? {} : { defaultEncryption: encryption }),
    })
    return { status: 200, headers: [["Location", `/${bucketName}`]] }
  },
}

/** A bucket's default follows the rule of PutBucketEncryption: a CMK without KMS is refused. */
function checkCmkHeader({ headers }: OssRequest, encryption: EncryptionChoice | undefined): void {
  const value = headers.get(CMK_HEADER)
  if (encryption === undefined || encryption.method === "KMS" || value === undefined) return
  throw invalidArgument(
    "KMSMasterKeyID is not applicable if the default sse algorithm is not KMS",
    { name: CMK_HEADER, value },
    "0005-00000204",
  )
}

interface Configuration {
  readonly storageClass: string
  readonly dataRedundancyType: string
}

const REDUNDANCY_TYPES = ["LRS", "ZRS"]

/** The body may be absent. Both the storage class and the redundancy are only labels here. */
function readConfiguration(xml: Buffer, settings: Settings): Configuration {
  if (xml.length === 0) return { storageClass: "Standard", dataRedundancyType: "LRS" }
  const root = readXml(xml, "CreateBucketConfiguration")
  const location = textOf(root, "LocationConstraint") ?? ""
  if (location !== "" && location !== endpoints(settings).location) {
    throw new OssError("InvalidLocationConstraint", { fields: { LocationConstraint: location } })
  }
  const dataRedundancyType = textOf(root, "DataRedundancyType") ?? "LRS"
  if (!REDUNDANCY_TYPES.includes(dataRedundancyType)) {
    throw invalidArgument("no such data redundancy type exists", {
      name: "DataRedundancyType",
      value: dataRedundancyType,
    })
  }
  return { storageClass: readStorageClass(textOf(root, "StorageClass")), dataRedundancyType }
}
