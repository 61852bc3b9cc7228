import type { KeyObject } from "node:crypto"
import { asBuffer, lengthPrefixed } from "../base/bytes.ts"
import { openMessage, sealMessage } from "../sealing/message.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { type CmkId, type KeyVersionId, parseKeyVersionId } from "./cmk.ts"
import { contextFields, type EncryptionContext } from "./encryption-context.ts"

/*
 * A ciphertext of the key service (docs/formats/ciphertext-blob.md):
 *
 *   key version id   36  ASCII: finds the material that opens the rest, without a table scan
 *   format            1  0x01
 *   message         72+  Cobblestone-256 under that material
 *
 * The message's context contains the format's name, the CMK, the key version and the encryption context, so that
 * nothing before the message can be exchanged. Changing any of this breaks stored data.
 */
const KEY_VERSION_ID_BYTES = 36
const FORMAT = 0x01
const MESSAGE_START = KEY_VERSION_ID_BYTES + 1
const CONTEXT_NAME = "osseal-kms-v1"

/** The material of one key version and the names it is bound to. */
export interface BlobKey {
  readonly cmkId: CmkId
  readonly keyVersionId: KeyVersionId
  readonly material: KeyObject
}

/** A parsed ciphertext. Nothing of it is verified yet. */
interface CiphertextBlob {
  readonly keyVersionId: KeyVersionId
  readonly message: Buffer
}

/** `salt` is only for known answers. */
export function sealCiphertextBlob(
  blobKey: BlobKey,
  context: EncryptionContext,
  plaintext: Uint8Array,
  salt?: Uint8Array,
): Buffer {
  const message = sealMessage({
    suite: "aes-256-gcm",
    inputKey: blobKey.material,
    context: messageContext(blobKey, context),
    plaintext,
    ...(salt === undefined ? {} : { salt }),
  })
  return Buffer.concat([Buffer.from(blobKey.keyVersionId, "latin1"), Buffer.of(FORMAT), message])
}

/** Throws SealBroken. */
export function parseCiphertextBlob(bytes: Uint8Array): CiphertextBlob {
  const blob = asBuffer(bytes)
  const keyVersionId = parseKeyVersionId(blob.toString("latin1", 0, KEY_VERSION_ID_BYTES))
  if (keyVersionId === undefined || blob[KEY_VERSION_ID_BYTES] !== FORMAT) throw new SealBroken()
  return { keyVersionId, message: blob.subarray(MESSAGE_START) }
}

/** Throws SealBroken when the message is damaged, or was sealed under another key version or context. */
export function openCiphertextBlob(
  blobKey: BlobKey,
  context: EncryptionContext,
  blob: CiphertextBlob,
): Buffer {
  return openMessage({
    suite: "aes-256-gcm",
    inputKey: blobKey.material,
    context: messageContext(blobKey, context),
    message: blob.message,
  })
}

function messageContext({ cmkId, keyVersionId }: BlobKey, context: EncryptionContext): Buffer {
  return lengthPrefixed([CONTEXT_NAME, cmkId, keyVersionId, ...contextFields(context)])
}
