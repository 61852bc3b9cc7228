import { OPERATION_NAMES, UNIMPLEMENTED_NAMES } from "../src/kms-api/operation-names.ts"
import { OPERATIONS } from "../src/oss/operations/index.ts"
import { actionsOf } from "../test/oss/sample-demands.ts"
import { UNIMPLEMENTED } from "../src/oss/unimplemented.ts"

const HEADER_WORDS = {
  accepted: "accepted",
  "accepted-later": "with `current`",
  rejected: "400 InvalidArgument",
} as const

/** The page COMPATIBILITY.md, from the tables that the program runs by. */
export async function compatibilityPage(): Promise<string> {
  const operations = Object.values(OPERATIONS)
  const sorted = operations.toSorted((left, right) => (left.name < right.name ? -1 : 1))
  const rows = await Promise.all(
    sorted.map(async (operation) => {
      const { name, match, encryptionHeader } = operation
      const request = `${match.method}${match.subresource === null ? "" : ` ?${match.subresource}`}`
      return `| ${name} | \`${request}\` | ${(await actionsOf(operation)).join(", ")} | ${HEADER_WORDS[encryptionHeader]} |`
    }),
  )
  const missing = UNIMPLEMENTED.map(({ name }) => name).sort()
  return `# Compatibility

Written by \`npm run compatibility\` from the operation tables; a test fails when it is stale.

## OSS API

${operations.length} operations work. Permissions are those that a user's policy will have to grant; where the second one ends
in Version or VersionAcl, \`versionId\` takes it instead of the first. A copy demands \`oss:GetObject\` of its source, and
\`oss:GetObjectVersion\` as well where it names a version of it. The last column is the founding rule: what a request with
\`x-oss-server-side-encryption\` gets. The setting \`--encryption-header-operations current\` lets the operations marked so
take it, as the service does today.

| operation | request | permissions | encryption header |
| --- | --- | --- | --- |
${rows.join("\n")}

Signatures: V1, V2 and V4, in the header and in the query. Addresses: path style on any host, virtual-hosted style under
\`--domain\` names and under any \`*.aliyuncs.com\` host.

Not implemented; each is answered 400 NotImplemented with its name: ${missing.join(", ")}. So is every other sub-resource,
\`versionId\` where no version can be named, tags, callbacks and retention of objects in headers or parameters, conditions on
requests that write, and encryption with customer keys. Other unknown parameters and headers are ignored
(docs/decisions/wire.md).
SM4 works as an algorithm and as the data encryption of KMS objects, sealed with SM4-GCM.

## KMS API (version 2016-01-20)

${OPERATION_NAMES.length} actions work: ${[...OPERATION_NAMES].join(", ")}. Both signatures: RPC V1 (HMAC-SHA1; query, form
or both) and ACS3-HMAC-SHA256; JSON and XML answers.

Known and not implemented; each is answered 400 UnsupportedOperation: ${[...UNIMPLEMENTED_NAMES].sort().join(", ")}.

## Differences that are meant

- Every object is sealed, also without the header; the header decides whose key protects it and what is reported.
- Storage classes and redundancy are labels. There is no limit on the number of buckets, CMKs or aliases.
- Object names hold no NUL and no lone surrogates (400 InvalidObjectName).
- A query parameter that is given twice, and a header that is given twice, are refused with 400 InvalidArgument.
- Without a certificate the server speaks plain HTTP only, KMS too (docs/guide/tls.md).
`
}
