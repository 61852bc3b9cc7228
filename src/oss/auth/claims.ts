import type { Reading } from "../address.ts"

/** A signature to check: who claims to have signed, and what the signature must be for a reading. */
export interface Claim {
  readonly accessKeyId: string
  readonly signature: string
  /** The signature by this secret, and the string that it covers, for the error that a client debugs with. */
  sign(accessKeySecret: string, reading: Reading): Signed
}

export interface Signed {
  readonly signature: string
  readonly stringToSign: Buffer
  /** V4 only. */
  readonly canonicalRequest?: string
}
