import { z } from "zod"
import { ApiError, type ApiErrorCode } from "../errors.ts"
import { ofAllCmks } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { oneOf } from "../parameter-schemas.ts"
import { CMK_TRAITS, keyMetadata } from "../resources.ts"

export const DESCRIPTION_MAX = 8192

/** What the service also supports and this key service does not, with the service's error for it. */
const TRAIT_ERRORS: Readonly<Record<keyof typeof CMK_TRAITS, ApiErrorCode>> = {
  KeySpec: "UnsupportedOperation",
  KeyUsage: "UnsupportedOperation",
  Origin: "Unsupported.Origin",
  ProtectionLevel: "Unsupported.ProtectionLevel",
}

const KEY_SPECS = [
  "Aliyun_AES_256",
  "Aliyun_AES_128",
  "Aliyun_AES_192",
  "Aliyun_SM4",
  "RSA_2048",
  "RSA_3072",
  "EC_P256",
  "EC_P256K",
  "EC_SM2",
] as const

export const createKey: Operation = defineOperation({
  name: "CreateKey",
  needs: ofAllCmks("kms:CreateKey"),
  parameters: z.object({
    Description: z.string().max(DESCRIPTION_MAX).default(""),
    EnableAutomaticRotation: oneOf(["true", "false"], "false"),
    KeySpec: oneOf(KEY_SPECS, CMK_TRAITS.KeySpec),
    KeyUsage: oneOf(["ENCRYPT/DECRYPT", "SIGN/VERIFY"], CMK_TRAITS.KeyUsage),
    Origin: oneOf(["Aliyun_KMS", "EXTERNAL"], CMK_TRAITS.Origin),
    ProtectionLevel: oneOf(["SOFTWARE", "HSM"], CMK_TRAITS.ProtectionLevel),
  }),
  refused: ["DKMSInstanceId", "KeyStorageMechanism", "Policy", "Tag", "Tags"],
  run: async ({ caller, keyService, scope }, input) => {
    checkTraits(input)
    if (input.EnableAutomaticRotation === "true") {
      throw new ApiError("UnsupportedOperation", "Automatic rotation is not supported.")
    }
    const cmk = await keyService.createCmk(caller, { description: input.Description })
    return { KeyMetadata: keyMetadata(scope, cmk) }
  },
})

function checkTraits(asked: Readonly<Record<keyof typeof CMK_TRAITS, string>>): void {
  for (const trait of ["KeySpec", "KeyUsage", "Origin", "ProtectionLevel"] as const) {
    if (asked[trait] === CMK_TRAITS[trait]) continue
    throw new ApiError(TRAIT_ERRORS[trait], `The ${trait} ${asked[trait]} is not supported.`)
  }
}
