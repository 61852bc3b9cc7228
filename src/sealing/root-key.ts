import type { KeyObject } from "node:crypto"
import { lengthPrefixed } from "../base/bytes.ts"
import { openMessage, sealMessage } from "./message.ts"
import type { Binding } from "./message-keys.ts"

/** The key above all keys, as those see it who have keys to store. */
export interface RootKey {
  /** `context` names kind and id: a wrap opens for the same context only. */
  wrap(context: Uint8Array, secret: Uint8Array): Buffer
  /** The secret, to be zeroed after use. Throws SealBroken. */
  unwrap(context: Uint8Array, wrapped: Uint8Array): Buffer
}

/** A root key of 32 uniformly random bytes. */
export function rootKeyFromSecret(inputKey: KeyObject): RootKey {
  const bind = (context: Uint8Array): Binding => ({
    suite: "aes-256-gcm",
    inputKey,
    context: lengthPrefixed(["osseal-root-v1", context]),
  })
  return {
    wrap: (context, plaintext) => sealMessage({ ...bind(context), plaintext }),
    unwrap: (context, message) => openMessage({ ...bind(context), message }),
  }
}
