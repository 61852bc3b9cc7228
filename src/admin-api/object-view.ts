import { isoTime } from "../base/clock.ts"
import type {
  EncryptionChoice,
  EncryptionDescriptor,
  ObjectVersion,
  VersionId,
} from "../objects/rows/records.ts"
import { CURRENT, type VersionSelector } from "../objects/rows/version-rows.ts"
import type { SignedInCall } from "./operation.ts"
import type { ChoiceFields } from "./schemas/fields.ts"
import type { EncryptionView, ObjectDetail, ObjectSummary } from "./schemas/object.ts"

/** Aliases of the CMKs of a page, each looked up once. */
export type AliasFinder = (cmkId: string) => Promise<string | null>

/** Finds null while the key service is not activated, or when it no longer knows the CMK. */
export function createAliasFinder({ caller, keyService }: SignedInCall): AliasFinder {
  const known = new Map<string, Promise<string | null>>()
  const find = async (cmkId: string): Promise<string | null> => {
    try {
      const [alias] = await keyService.listAliasesOfCmk(caller, cmkId)
      return alias?.aliasName ?? null
    } catch {
      return null
    }
  }
  return (cmkId) => {
    const found = known.get(cmkId) ?? find(cmkId)
    known.set(cmkId, found)
    return found
  }
}

export async function viewOfEncryption(
  { method, wrappedKey }: EncryptionDescriptor,
  aliasOf: AliasFinder,
): Promise<EncryptionView> {
  if (wrappedKey.provider === "service") return { encryption: method, cmkId: null, cmkAlias: null }
  const { cmkId } = wrappedKey
  return { encryption: method, cmkId, cmkAlias: await aliasOf(cmkId) }
}

export async function summaryOf<Kind extends string>(
  kind: Kind,
  objectKey: string,
  record: ObjectVersion,
  aliasOf: AliasFinder,
): Promise<ObjectSummary<Kind>> {
  return {
    kind,
    objectKey,
    versionId: record.versionId,
    sizeBytes: record.sizeBytes,
    etag: record.etag.text,
    lastModifiedAt: isoTime(record.lastModifiedMs),
    storageClass: record.storageClass,
    ...(await viewOfEncryption(record.encryption, aliasOf)),
  }
}

const TYPE_OF_ETAG = { md5: "Normal", composite: "Multipart", appended: "Appendable" } as const

export async function detailOf(
  objectKey: string,
  record: ObjectVersion,
  isLatest: boolean,
  aliasOf: AliasFinder,
): Promise<ObjectDetail> {
  return {
    ...(await summaryOf("object", objectKey, record, aliasOf)),
    isLatest,
    type: TYPE_OF_ETAG[record.etag.kind],
    crc64: record.crc64,
    acl: record.acl,
    headers: Object.entries(record.headers).map(([name, value]) => ({ name, value })),
  }
}

/** Text that is not a version id finds no version. */
export function selectorOf(versionId: string | undefined): VersionSelector {
  return versionId === undefined ? CURRENT : { kind: "version", versionId: versionId as VersionId }
}

const SUITES = { AES256: "aes-256-gcm", SM4: "sm4-gcm" } as const

/** What the console chose, as the object store expects it. */
export function choiceOf({ method, cmk, dataEncryption }: ChoiceFields): EncryptionChoice {
  if (method !== "KMS") return { method }
  const suite = SUITES[dataEncryption ?? "AES256"]
  return cmk === undefined ? { method, suite } : { method, cmk, suite }
}

/** The same in the other direction. */
export function fieldsOfChoice(choice: EncryptionChoice): ChoiceFields {
  if (choice.method !== "KMS") return { method: choice.method }
  const dataEncryption = choice.suite === "sm4-gcm" ? "SM4" : "AES256"
  const { cmk } = choice
  return { method: "KMS", dataEncryption, ...(cmk === undefined ? {} : { cmk }) }
}

/** The choice that produced a stored version, so that a copy is encrypted the same way. */
export function choiceOfStored({
  method,
  suite,
  wrappedKey,
}: EncryptionDescriptor): EncryptionChoice {
  if (method !== "KMS") return { method }
  return wrappedKey.provider === "kms"
    ? { method, suite, cmk: wrappedKey.cmkId }
    : { method, suite }
}
