import { z } from "zod"
import type { EncryptionContext } from "../kms/encryption-context.ts"
import { encryptionContext, oneOf, text, wholeNumber } from "./parameter-schemas.ts"

const SPEC_BYTES = { AES_256: 32, AES_128: 16 } as const

/** What both GenerateDataKey operations accept. */
interface DataKeyInput {
  readonly cmk: string
  readonly sizeBytes: number
  readonly context: EncryptionContext
}

/** NumberOfBytes takes precedence over KeySpec; oss2 sends both. */
export const dataKeyParameters: z.ZodType<DataKeyInput> = z
  .object({
    KeyId: text,
    KeySpec: oneOf(["AES_256", "AES_128"], "AES_256"),
    NumberOfBytes: wholeNumber(1, 1024).optional(),
    EncryptionContext: encryptionContext,
  })
  .transform(({ KeyId, KeySpec, NumberOfBytes, EncryptionContext }) => ({
    cmk: KeyId,
    sizeBytes: NumberOfBytes ?? SPEC_BYTES[KeySpec],
    context: EncryptionContext,
  }))
