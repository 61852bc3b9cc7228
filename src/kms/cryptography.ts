import { assertDefined } from "../base/assert.ts"
import { randomSecret } from "../base/random.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import type { Guard } from "../storage/metadata-store.ts"
import {
  type BlobKey,
  openCiphertextBlob,
  parseCiphertextBlob,
  sealCiphertextBlob,
} from "./ciphertext-blob.ts"
import { checkUse, type CmkId, type KeyVersionId, parseCmkId } from "./cmk.ts"
import { keyNotFound } from "./cmk-reference.ts"
import { type KmsParts, readCmk, type ReadCmk, resolveCmk } from "./cmk-store.ts"
import { isDefaultAlias, resolveDefaultCmk } from "./default-cmk.ts"
import { checkEncryptionContext, type EncryptionContext } from "./encryption-context.ts"
import { cmkRow } from "./keyspace.ts"
import { KmsError } from "./kms-error.ts"
import type { Ask } from "./permission.ts"

/** Which key a ciphertext is under. */
export interface UsedKey {
  readonly cmkId: CmkId
  readonly keyVersionId: KeyVersionId
}

export interface Encrypted extends UsedKey {
  readonly ciphertextBlob: Buffer
}

export interface Decrypted extends UsedKey {
  /** The caller zeroes it after use. */
  readonly plaintext: Buffer
}

export interface GeneratedDataKey extends Encrypted {
  /** The base64 text of the data key, which is what the ciphertext holds; the caller zeroes it after use. */
  readonly plaintext: Buffer
}

export interface Wrapped extends UsedKey {
  readonly wrapped: Buffer
  /** Rows that the commit which stores `wrapped` must guard, so that it is ordered against a change of the CMK. */
  readonly guards: readonly Guard[]
}

export interface EncryptInput {
  readonly cmk: string
  readonly plaintext: Uint8Array
  readonly context: EncryptionContext
}

export interface DecryptInput {
  readonly ciphertextBlob: Uint8Array
  readonly context: EncryptionContext
}

export interface DataKeyInput {
  readonly cmk: string
  readonly sizeBytes: number
  readonly context: EncryptionContext
}

export interface WrapInput {
  readonly cmk?: string
  readonly context: EncryptionContext
  readonly dataKey: Uint8Array
}

export interface UnwrapInput {
  readonly wrapped: Uint8Array
  readonly context: EncryptionContext
}

export async function encrypt(parts: KmsParts, ask: Ask, input: EncryptInput): Promise<Encrypted> {
  const { cmk } = await resolveCmk(parts, ask, input.cmk)
  return sealUnder(parts, ask, { cmk }, input.plaintext, input.context)
}

/** Throws KmsError InvalidCiphertext, the same for every cause, or by the state of the CMK once the version is known. */
export async function decrypt(parts: KmsParts, ask: Ask, input: DecryptInput): Promise<Decrypted> {
  try {
    return await openBlob(parts, ask, input.ciphertextBlob, input.context)
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    throw new KmsError("InvalidCiphertext", "the ciphertext does not open with this context")
  }
}

/** The ciphertext holds the base64 text of the data key, as the service's does: Decrypt then answers that text. */
export async function generateDataKey(
  parts: KmsParts,
  ask: Ask,
  input: DataKeyInput,
): Promise<GeneratedDataKey> {
  const { cmk } = await resolveCmk(parts, ask, input.cmk)
  const dataKey = randomSecret(input.sizeBytes)
  const plaintext = Buffer.allocUnsafeSlow(Math.ceil(input.sizeBytes / 3) * 4)
  plaintext.write(dataKey.toString("base64"), "latin1")
  dataKey.fill(0)
  return { plaintext, ...(await sealUnder(parts, ask, { cmk }, plaintext, input.context)) }
}

/** The same for somebody who passes the ciphertext on and needs no plaintext. */
export async function generateDataKeyWithoutPlaintext(
  parts: KmsParts,
  ask: Ask,
  input: DataKeyInput,
): Promise<Encrypted> {
  const { plaintext, ...encrypted } = await generateDataKey(parts, ask, input)
  plaintext.fill(0)
  return encrypted
}

/** Wraps a data key for the object store; without `cmk`, under the store's default CMK. Throws KmsError. */
export async function wrapDataKey(parts: KmsParts, ask: Ask, input: WrapInput): Promise<Wrapped> {
  const { cmk: named } = input
  const read = await (named === undefined || isDefaultAlias(named)
    ? resolveDefaultCmk(parts, ask)
    : resolveCmk(parts, ask, named))
  const { ciphertextBlob, cmkId, keyVersionId } = await sealUnder(
    parts,
    ask,
    read,
    input.dataKey,
    input.context,
  )
  return { wrapped: ciphertextBlob, cmkId, keyVersionId, guards: guardsOf(read) }
}

/** Throws SealBroken for what does not open with this context, KmsError by the state of the CMK. */
export async function unwrapDataKey(
  parts: KmsParts,
  ask: Ask,
  input: UnwrapInput,
): Promise<Buffer> {
  return (await openBlob(parts, ask, input.wrapped, input.context)).plaintext
}

/** Throws KmsError unless the CMK of this id may be used now; answers the rows to guard. Touches no material. */
export async function checkCmk(
  parts: KmsParts,
  ask: Ask,
  cmkId: string,
): Promise<readonly Guard[]> {
  const parsed = parseCmkId(cmkId)
  if (parsed === undefined) throw keyNotFound(cmkId)
  const read = await readCmk(parts, ask, parsed)
  checkUse(read.cmk, "cryptography")
  parts.lastUses.note(parsed, ask.caller.atMs)
  return guardsOf(read)
}

function guardsOf({ cmk, version }: ReadCmk): readonly Guard[] {
  return [{ key: cmkRow(cmk.cmkId), version }]
}

async function sealUnder(
  parts: KmsParts,
  { caller }: Ask,
  { cmk }: Pick<ReadCmk, "cmk">,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Promise<Encrypted> {
  checkUse(cmk, "cryptography")
  checkEncryptionContext(context)
  const { cmkId, primaryKeyVersionId: keyVersionId } = cmk
  const found = assertDefined(
    await parts.materials.find(keyVersionId),
    "a CMK has its primary key version",
  )
  const blobKey = toBlobKey(cmkId, keyVersionId, found.open())
  parts.lastUses.note(cmkId, caller.atMs)
  return { ciphertextBlob: sealCiphertextBlob(blobKey, context, plaintext), cmkId, keyVersionId }
}

async function openBlob(
  parts: KmsParts,
  ask: Ask,
  bytes: Uint8Array,
  context: EncryptionContext,
): Promise<Decrypted> {
  checkEncryptionContext(context)
  const blob = parseCiphertextBlob(bytes)
  const { keyVersionId } = blob
  const found = await parts.materials.find(keyVersionId)
  if (found === undefined) throw new SealBroken()
  const { cmk } = await readCmk(parts, ask, found.cmkId)
  checkUse(cmk, "cryptography")
  const blobKey = toBlobKey(cmk.cmkId, keyVersionId, found.open())
  const plaintext = openCiphertextBlob(blobKey, context, blob)
  parts.lastUses.note(cmk.cmkId, ask.caller.atMs)
  return { plaintext, cmkId: cmk.cmkId, keyVersionId }
}

function toBlobKey(
  cmkId: CmkId,
  keyVersionId: KeyVersionId,
  material: BlobKey["material"] | undefined,
): BlobKey {
  if (material === undefined) throw keyNotFound(cmkId)
  return { cmkId, keyVersionId, material }
}
