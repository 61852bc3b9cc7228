/** An algorithm of the sealed formats. */
export interface Suite {
  /** In the header of a blob. Changing it breaks stored data. */
  readonly id: number
  /** In the info of the key derivation (C2SP chunked encryption). Changing it breaks stored data. */
  readonly aeadName: string
  readonly cipher: "aes-256-gcm" | "sm4-gcm"
  /** The size of an input key, and of the key that a message derives from it. */
  readonly keyBytes: number
}

/** Every suite ever released. There is no default: each caller that seals or opens names one. */
export const SUITES = {
  "aes-256-gcm": {
    id: 1,
    aeadName: "AEAD_AES_256_GCM",
    cipher: "aes-256-gcm",
    keyBytes: 32,
  },
  // Our own instantiation of the construction: C2SP defines no SM4 suite.
  "sm4-gcm": {
    id: 2,
    aeadName: "AEAD_SM4_GCM",
    cipher: "sm4-gcm",
    keyBytes: 16,
  },
} as const

export type SuiteName = keyof typeof SUITES

export const SUITE_NAMES: readonly SuiteName[] = Object.keys(SUITES) as SuiteName[]

/** The suite with this id in a blob header, or undefined. */
export function suiteOfId(id: number): SuiteName | undefined {
  return SUITE_NAMES.find((name) => SUITES[name].id === id)
}
