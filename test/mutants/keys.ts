import type { Mutant } from "./mutant.ts"

const CACHE = "src/keys/data-key-cache.test.ts"
const BUCKET = "src/keys/service-managed/bucket-data-keys.test.ts"
const KNOWN = "test/formats/known-answers.test.ts"
const STATES = "test/oss/cmk-states.test.ts"
const KMS = "src/keys/kms/kms-data-keys.test.ts"

export const KEYS_MUTANTS: readonly Mutant[] = [
  {
    name: "keys: a remembered data key is given for other wrapped bytes",
    file: "src/keys/data-key-cache.ts",
    find: "entry.wrapped.equals(wrapped) &&",
    replace: "wrapped.length > 0 &&",
    tests: [CACHE],
    why: "A damaged wrapped key would be accepted for a minute.",
  },
  {
    name: "keys: a remembered data key is given for another object",
    file: "src/keys/data-key-cache.ts",
    find: "entry.objectKey === objectKey &&",
    replace: "objectKey.length > 0 &&",
    tests: [CACHE],
    why: "A record moved to another object's row would be served for a minute.",
  },
  {
    name: "keys: a remembered data key is given for another bucket",
    file: "src/keys/data-key-cache.ts",
    find: "entry.bucketInstanceId.equals(bucketInstanceId) &&",
    replace: "",
    tests: [CACHE],
    why: "A record moved to another bucket would be served for a minute.",
  },
  {
    name: "keys: remembered data keys are not bounded",
    file: "src/keys/data-key-cache.ts",
    find: "if (entries.size >= KEYS_MAX) forgetOldest(entries)",
    replace: "",
    tests: [CACHE],
    why: "Memory would grow with the number of objects read.",
  },
  {
    name: "keys: a remembered data key is used without asking for its CMK",
    file: "src/keys/kms/kms-data-keys.ts",
    find: `        await check(caller, wrappedKey, "kms:Decrypt")\n`,
    replace: "",
    tests: [STATES],
    why: "Reads would go on for a minute after a CMK was disabled.",
  },
  {
    name: "keys: the CMK that was named is not used",
    file: "src/keys/kms/kms-data-keys.ts",
    find: "...(cmk === undefined ? {} : { cmk }),",
    replace: "...(cmk === undefined ? {} : {}),",
    tests: ["test/oss/encryption-header.test.ts", STATES],
    why: "Objects would be encrypted under the default key instead of the user's own.",
  },
  {
    name: "keys: a data key under a CMK is not bound to its object",
    file: "src/keys/kms/kms-data-keys.ts",
    find: 'createHash("sha256").update(lengthPrefixed([bucketInstanceId, objectKey]))',
    replace: 'createHash("sha256").update(lengthPrefixed([bucketInstanceId]))',
    tests: [KMS],
    why: "A record moved to another object's row would open there.",
  },
  {
    name: "keys: a data key under a CMK is not bound to its bucket",
    file: "src/keys/kms/kms-data-keys.ts",
    find: '["acs:oss:bucket-instance", bucketInstanceId.toString("hex")],',
    replace: "",
    tests: [KMS],
    why: "The key service's log could not be searched by bucket.",
  },
  {
    name: "keys: a data key under a CMK is not bound to its own id",
    file: "src/keys/kms/kms-data-keys.ts",
    find: '["acs:oss:data-key", dataKeyId],',
    replace: "",
    tests: [KMS],
    why: "The wrapped key of an older version of an object would open in a newer record.",
  },
  {
    name: "keys: a disabled CMK is told as one that does not exist",
    file: "src/keys/kms/kms-data-keys.ts",
    find: `KeyDisabled: "KeyDisabled",`,
    replace: `KeyDisabled: "KeyNotFound",`,
    tests: [STATES],
    why: "Users would search for a key that exists.",
  },
  {
    name: "keys: a service-managed data key is not bound to its object",
    file: "src/keys/service-managed/bucket-data-keys.ts",
    find: `["osseal-data-key-v1", bucketInstanceId, objectKey, dataKeyId]`,
    replace: `["osseal-data-key-v1", bucketInstanceId, dataKeyId]`,
    tests: [BUCKET, KNOWN],
    why: "A record moved to another object's row would open there.",
  },
  {
    name: "keys: a bucket key is not bound to its bucket",
    file: "src/keys/service-managed/bucket-data-keys.ts",
    find: `["bucket-key", bucketInstanceId]`,
    replace: `["bucket-key"]`,
    tests: [BUCKET, KNOWN],
    why: "One bucket's key could replace another's.",
  },
  {
    name: "keys: a destroyed bucket key stays in memory",
    file: "src/keys/service-managed/bucket-data-keys.ts",
    find: `      remembered.delete(bucketInstanceId.toString("latin1"))\n`,
    replace: "",
    tests: [BUCKET],
    why: "Objects of a deleted bucket could be opened as long as the process runs.",
  },
  {
    name: "keys: a bucket key that is there may be replaced",
    file: "src/keys/service-managed/bucket-data-keys.ts",
    find: `value, expect: "absent" }`,
    replace: `value, expect: "any" }`,
    tests: [BUCKET],
    why: "A bucket's objects would never open again.",
  },
]
