import type { KeyObject } from "node:crypto"
import { lengthPrefixed } from "../base/bytes.ts"
import { openMessage, sealMessage } from "./message.ts"
import type { Binding } from "./message-keys.ts"

/** The root key, as code that stores keys sees it. */
export interface RootKey {
  /** `context` names kind and id: a wrap opens only for the same context. */
  wrap(context: Uint8Array, secret: Uint8Array): Buffer
  /** Returns the secret, which the caller zeroes after use. Throws SealBroken. */
  unwrap(context: Uint8Array, wrapped: Uint8Array): Buffer
}

/** A root key from 32 uniformly random bytes. */
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
