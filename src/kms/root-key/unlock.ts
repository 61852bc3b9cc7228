import { createSecretKey, type KeyObject, scrypt, type ScryptOptions } from "node:crypto"
import { randomSecret } from "../../base/random.ts"
import { createPrivateFile, readPrivateFile } from "../../base/private-file.ts"
import { decodeRecoveryCode } from "./recovery-code.ts"
import { RootKeyError } from "./root-key-error.ts"

/** What the operator uses to open the root key. */
export type Unlock =
  /** 32 random bytes in a file that only its owner can read. */
  | { readonly provider: "key-file"; readonly path: string }
  /** `cost` is for new wraps. A stored wrap names its own. */
  | { readonly provider: "passphrase"; readonly passphrase: Buffer; readonly cost?: ScryptCost }
  | { readonly provider: "recovery"; readonly code: string }

/** The parameters of scrypt (RFC 7914). */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** 128 MiB and about a third of a second. */
export const DEFAULT_SCRYPT_COST: ScryptCost = { N: 2 ** 17, r: 8, p: 1 }

const UNLOCK_KEY_BYTES = 32

/** Reads the key file, or creates a missing one. Throws RootKeyError or OpenToOthersError. */
export async function readOrCreateKeyFile(path: string): Promise<KeyObject> {
  const found = await readPrivateFile(path)
  if (found !== undefined) return toKeyFileKey(path, found)
  const secret = randomSecret(UNLOCK_KEY_BYTES)
  await createPrivateFile(path, secret)
  return takeKey(secret)
}

/** Throws RootKeyError or OpenToOthersError. */
export async function readKeyFile(path: string): Promise<KeyObject> {
  const found = await readPrivateFile(path)
  if (found !== undefined) return toKeyFileKey(path, found)
  throw new RootKeyError(
    `the key file ${path} is missing, so the data cannot be opened; put it back, name it with --unlock-key, or give a recovery code (OSSEAL_RECOVERY_CODE)`,
  )
}

/** Throws RootKeyError when the passphrase is empty. */
export async function derivePassphraseKey(
  passphrase: Buffer,
  salt: Uint8Array,
  cost: ScryptCost,
): Promise<KeyObject> {
  if (passphrase.length === 0) {
    throw new RootKeyError(
      "the passphrase (OSSEAL_PASSPHRASE) is empty; give the one that the root key was created with",
    )
  }
  const options = { ...cost, maxmem: 256 * cost.N * cost.r }
  return takeKey(await runScrypt(passphrase, salt, options))
}

/** Throws RootKeyError. */
export function recoveryKey(code: string): KeyObject {
  return takeKey(decodeRecoveryCode(code))
}

function runScrypt(passphrase: Buffer, salt: Uint8Array, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, UNLOCK_KEY_BYTES, options, (error, derived) => {
      if (error === null) resolve(derived)
      else reject(error)
    })
  })
}

function toKeyFileKey(path: string, bytes: Buffer): KeyObject {
  if (bytes.length === UNLOCK_KEY_BYTES) return takeKey(bytes)
  bytes.fill(0)
  throw new RootKeyError(
    `the key file ${path} is damaged: it must have exactly ${UNLOCK_KEY_BYTES} bytes; restore it from a copy`,
  )
}

/** Returns the secret as a KeyObject and zeroes its bytes. */
export function takeKey(secret: Buffer): KeyObject {
  try {
    return createSecretKey(secret)
  } finally {
    secret.fill(0)
  }
}
