import { setDefaultEncryption } from "../../objects/buckets.ts"
import type { EncryptionChoice } from "../../objects/rows/records.ts"
import { readDataEncryption } from "../encryption-header.ts"
import { invalidArgument, OssError } from "../errors.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import { childOf, readXml, textOf } from "../xml-read.ts"

export const putBucketEncryption: BucketOperation = {
  name: "PutBucketEncryption",
  target: "bucket",
  match: { method: "PUT", subresource: "encryption" },
  needs: ofBucket("oss:PutBucketEncryption"),
  acl: "owner",
  body: { kind: "xml", bytesMax: 64 * 1024 },
  encryptionHeader: "rejected",
  async run({ store, bucket, xml }) {
    await setDefaultEncryption(store, bucket, readRule(xml))
    return { status: 200 }
  },
}

/** Whether the CMK exists is not checked, as in the service: the first write reports it. */
function readRule(xml: Buffer): EncryptionChoice {
  const root = readXml(xml, "ServerSideEncryptionRule")
  const rule = childOf(root, "ApplyServerSideEncryptionByDefault")
  const algorithm = rule === undefined ? undefined : textOf(rule, "SSEAlgorithm")
  if (rule === undefined || algorithm === undefined) throw new OssError("MalformedXML")
  const cmk = textOf(rule, "KMSMasterKeyID") ?? ""
  if (algorithm === "AES256" || algorithm === "SM4") {
    if (cmk === "") return { method: algorithm }
    throw invalidArgument(
      "KMSMasterKeyID is not applicable if the default sse algorithm is not KMS",
      { name: "KMSMasterKeyID", value: cmk },
      "0005-00000204",
    )
  }
  if (algorithm !== "KMS") throw new OssError("InvalidEncryptionAlgorithmError")
  const dataEncryption = textOf(rule, "KMSDataEncryption") ?? ""
  const suite = readDataEncryption(dataEncryption === "" ? undefined : dataEncryption)
  return cmk === "" ? { method: "KMS", suite } : { method: "KMS", cmk, suite }
}
