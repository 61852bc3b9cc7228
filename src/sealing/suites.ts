/** An algorithm of the sealed formats. */
export interface Suite {
  /** In the header of a blob. Changing it breaks stored data. */
  readonly id: number
  /** In the info of the key derivation (C2SP chunked encryption). */
  readonly aeadName: string
  readonly cipher: "aes-256-gcm"
  readonly keyBytes: number
}

/** Every suite ever released. */
export const SUITES = {
  "aes-256-gcm": {
    id: 1,
    aeadName: "AEAD_AES_256_GCM",
    cipher: "aes-256-gcm",
    keyBytes: 32,
  },
} as const

export type SuiteName = keyof typeof SUITES

export const DEFAULT_SUITE: SuiteName = "aes-256-gcm"

/** The suite of a blob header's id, or undefined. */
export function suiteOfId(id: number): SuiteName | undefined {
  const names = Object.keys(SUITES) as SuiteName[]
  return names.find((name) => SUITES[name].id === id)
}
