import type { KeyObject } from "node:crypto"
import { randomBytes, randomSecret, uuid } from "../../base/random.ts"
import { openMessage, sealMessage } from "../../sealing/message.ts"
import type { Binding } from "../../sealing/message-keys.ts"
import { type RootKey, rootKeyFromSecret } from "../../sealing/root-key.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { encodeRecoveryCode } from "./recovery-code.ts"
import { RootKeyError } from "./root-key-error.ts"
import {
  DEFAULT_SCRYPT_COST,
  derivePassphraseKey,
  readKeyFile,
  readOrCreateKeyFile,
  recoveryKey,
  takeKey,
  type Unlock,
} from "./unlock.ts"
import { readWraps, wrapContext, type WrapRecord, writeWrap } from "./wrap-file.ts"

const ROOT_KEY_BYTES = 32
const SCRYPT_SALT_BYTES = 32

/** The root key of one data directory, open. */
export interface OpenedRootKey {
  readonly rootKeyId: string
  readonly rootKey: RootKey
  /** For further wraps. Never leaves the process. */
  readonly secret: KeyObject
}

/** A recovery code is created for an existing root key; a root key cannot begin with one. */
type InitialUnlock = Exclude<Unlock, { readonly provider: "recovery" }>

/**
 * Creates the root key of a new data directory and stores its first wrap. `dataExists` says whether the directory
 * already holds rows or blobs. Throws RootKeyError if it does, and if there is already a root key: a second one would
 * lose the data of the first.
 */
export async function initRootKey(
  dir: string,
  unlock: InitialUnlock,
  options: { readonly dataExists: boolean },
): Promise<OpenedRootKey> {
  if (options.dataExists) {
    throw new RootKeyError(
      `${dir} holds data but no root key, and a new one could not open it; restore ${dir}/root-key from a copy`,
    )
  }
  if ((await readWraps(dir)).length > 0) {
    throw new RootKeyError(`${dir} already has a root key; unlock it instead of creating another`)
  }
  const secret = takeKey(randomSecret(ROOT_KEY_BYTES))
  const opened = toOpened(uuid(), secret)
  await addWrap(dir, opened, unlock)
  return opened
}

/** Whether the directory has a root key, even an unreadable one. */
export async function hasRootKey(dir: string): Promise<boolean> {
  return (await readWraps(dir)).length > 0
}

/** Opens the root key with any wrap of the unlock's provider. Throws RootKeyError or OpenToOthersError. */
export async function openRootKey(dir: string, unlock: Unlock): Promise<OpenedRootKey> {
  const wraps = await readWraps(dir)
  checkOneRoot(dir, wraps)
  const usable = wraps.filter((wrap) => wrap.provider === unlock.provider)
  if (usable.length === 0) {
    const given = UNLOCK_NAMES[unlock.provider]
    const others = new Set(wraps.map((wrap) => UNLOCK_NAMES[wrap.provider]))
    throw new RootKeyError(
      others.size === 0
        ? `${dir} has no root key; check the path, or restore ${dir}/root-key from a copy`
        : `${dir} cannot be unlocked by ${given}; it is unlocked by ${[...others].join(" or ")}`,
    )
  }
  for (const wrap of usable) {
    const secret = unwrapRoot(await unlockKeyFor(unlock, wrap), wrap)
    if (secret !== undefined) return toOpened(wrap.rootKeyId, secret)
  }
  throw new RootKeyError(WRONG_UNLOCK[unlock.provider])
}

/**
 * Adds a wrap of an open root key under a new recovery code. Returns the code: 13 groups of four characters, stored
 * nowhere. Earlier codes stay valid.
 */
export async function addRecoveryWrap(dir: string, opened: OpenedRootKey): Promise<string> {
  const wraps = await readWraps(dir)
  checkOneRoot(dir, [...wraps, opened])
  const secret = randomSecret(ROOT_KEY_BYTES)
  const code = encodeRecoveryCode(secret)
  await storeWrap(dir, opened, { provider: "recovery" }, takeKey(secret))
  return code
}

/** With the setting of each, for messages. */
const UNLOCK_NAMES: Readonly<Record<Unlock["provider"], string>> = {
  "key-file": "a key file (--unlock-key, or unlock.key in the directory)",
  passphrase: "a passphrase (OSSEAL_PASSPHRASE or OSSEAL_PASSPHRASE_FILE)",
  recovery: "a recovery code (OSSEAL_RECOVERY_CODE)",
}

const WRONG_UNLOCK: Readonly<Record<Unlock["provider"], string>> = {
  "key-file":
    "the key file does not open the root key: it belongs to other data; name the right one with --unlock-key",
  passphrase:
    "the passphrase does not open the root key; set OSSEAL_PASSPHRASE to the one that it was made with",
  recovery:
    "the recovery code does not open the root key: it belongs to other data, or was copied wrongly; check OSSEAL_RECOVERY_CODE",
}

async function addWrap(dir: string, opened: OpenedRootKey, unlock: InitialUnlock): Promise<void> {
  const { provider } = unlock
  if (provider === "key-file") {
    await storeWrap(dir, opened, { provider }, await readOrCreateKeyFile(unlock.path))
    return
  }
  const salt = randomBytes(SCRYPT_SALT_BYTES)
  const cost = unlock.cost ?? DEFAULT_SCRYPT_COST
  const unlockKey = await derivePassphraseKey(unlock.passphrase, salt, cost)
  const scrypt = { salt: salt.toString("base64"), ...cost }
  await storeWrap(dir, opened, { provider, scrypt }, unlockKey)
}

async function storeWrap(
  dir: string,
  { rootKeyId, secret }: OpenedRootKey,
  how: Pick<WrapRecord, "provider" | "scrypt">,
  unlockKey: KeyObject,
): Promise<void> {
  const wrap = { rootKeyId, wrapId: uuid(), ...how }
  const plaintext = secret.export()
  try {
    const message = sealMessage({ ...bindingOf(unlockKey, wrap), plaintext })
    await writeWrap(dir, { ...wrap, wrapped: message.toString("base64") })
  } finally {
    plaintext.fill(0)
  }
}

function bindingOf(
  unlockKey: KeyObject,
  wrap: Pick<WrapRecord, "rootKeyId" | "wrapId" | "provider">,
): Binding {
  return { suite: "aes-256-gcm", inputKey: unlockKey, context: wrapContext(wrap) }
}

async function unlockKeyFor(unlock: Unlock, wrap: WrapRecord): Promise<KeyObject> {
  switch (unlock.provider) {
    case "key-file":
      return readKeyFile(unlock.path)
    case "recovery":
      return recoveryKey(unlock.code)
    case "passphrase": {
      if (wrap.scrypt === undefined) {
        throw new RootKeyError(`the passphrase wrap ${wrap.wrapId} names no salt; restore its file`)
      }
      const { salt, N, r, p } = wrap.scrypt
      return derivePassphraseKey(unlock.passphrase, Buffer.from(salt, "base64"), { N, r, p })
    }
  }
}

/** The root key in `wrap`, or undefined when it does not open. */
function unwrapRoot(unlockKey: KeyObject, wrap: WrapRecord): KeyObject | undefined {
  try {
    const message = Buffer.from(wrap.wrapped, "base64")
    return takeKey(openMessage({ ...bindingOf(unlockKey, wrap), message }))
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

function checkOneRoot(dir: string, named: readonly { readonly rootKeyId: string }[]): void {
  if (new Set(named.map(({ rootKeyId }) => rootKeyId)).size <= 1) return
  throw new RootKeyError(
    `${dir}/root-key holds wraps of different root keys; move away those that came from elsewhere`,
  )
}

function toOpened(rootKeyId: string, secret: KeyObject): OpenedRootKey {
  return { rootKeyId, rootKey: rootKeyFromSecret(secret), secret }
}
