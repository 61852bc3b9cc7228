import { setDefaultEncryption } from "../../objects/buckets.ts"
import type { DefaultEncryption } from "../../objects/records.ts"
import { invalidArgument, OssError } from "../errors.ts"
import type { BucketOperation } from "../operation.ts"
import { childOf, readXml, textOf } from "../xml-read.ts"

export const putBucketEncryption: BucketOperation = {
  name: "PutBucketEncryption",
  target: "bucket",
  match: { method: "PUT", subresource: "encryption" },
  permission: "oss:PutBucketEncryption",
  acl: "owner",
  body: { kind: "xml", bytesMax: 64 * 1024 },
  encryptionHeader: "rejected",
  async run({ store, bucket, xml }) {
    await setDefaultEncryption(store, bucket, readRule(xml))
    return { status: 200 }
  },
}

/** Whether the CMK exists is not looked at, as with the service: the first write tells. */
function readRule(xml: Buffer): DefaultEncryption {
  const root = readXml(xml, "ServerSideEncryptionRule")
  const rule = childOf(root, "ApplyServerSideEncryptionByDefault")
  const algorithm = rule === undefined ? undefined : textOf(rule, "SSEAlgorithm")
  if (rule === undefined || algorithm === undefined) throw new OssError("MalformedXML")
  const cmkId = textOf(rule, "KMSMasterKeyID") ?? ""
  if (algorithm === "AES256") {
    if (cmkId === "") return { algorithm }
    throw invalidArgument(
      "KMSMasterKeyID is not applicable if the default sse algorithm is not KMS",
      { name: "KMSMasterKeyID", value: cmkId },
      "0005-00000204",
    )
  }
  if (algorithm !== "KMS") throw new OssError("InvalidEncryptionAlgorithmError")
  checkDataEncryption(textOf(rule, "KMSDataEncryption") ?? "")
  return cmkId === "" ? { algorithm } : { algorithm, cmkId }
}

/** SM4 is not implemented: refused, never AES in its place. */
function checkDataEncryption(value: string): void {
  if (value === "" || value === "AES256") return
  throw new OssError("InvalidDataEncryptionAlgorithmError")
}
