// Runs the code of the console's page Try it, exactly as it is shown.
import assert from "node:assert/strict"
import {
  type Call,
  codeSample,
  type SampleLanguage,
} from "../../console/src/pages/try-it/code-samples.ts"
import { createKmsClient } from "../../src/cli/kms-client.ts"

interface SampleServer {
  readonly kmsEndpoint: string
  readonly accessKey: { readonly accessKeyId: string; readonly accessKeySecret: string }
}

/** The environment variables that the samples read. */
export function sampleEnvironment({ accessKey }: SampleServer): Readonly<Record<string, string>> {
  return {
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKey.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKey.accessKeySecret,
  }
}

/** Contains characters that have a meaning in a form, a shell or a string literal. */
const PLAINTEXT = `it's "100 %" & <more> $HOME \\ 往返+/=`
const ENCRYPTION_CONTEXT = { purpose: "a 'test' & more", "owner 名": 'one "two" \\' }

/** Finds the ciphertext in the output of a program, in any format. */
function ciphertextIn(printed: string): string {
  const [found] = /[A-Za-z0-9+/]{80,}={0,2}/.exec(printed) ?? []
  assert.ok(found !== undefined, printed)
  return found
}

/**
 * Runs the three calls of the page in that language. `run` resolves with the output of a program. Throws if a program does not
 * do what its call says.
 */
export async function checkSamples(
  language: SampleLanguage,
  server: SampleServer,
  run: (code: string) => Promise<string>,
): Promise<void> {
  const { kmsEndpoint, accessKey } = server
  const kms = createKmsClient(kmsEndpoint, accessKey)
  const created = await kms.call("CreateKey", { Description: "samples" })
  const { KeyId } = created["KeyMetadata"] as { readonly KeyId: string }
  const plaintext = Buffer.from(PLAINTEXT).toString("base64")
  const encryptionContext = ENCRYPTION_CONTEXT
  const EncryptionContext = JSON.stringify(encryptionContext)
  const target = { region: "cn-hangzhou", kmsEndpoint }
  const sample = (call: Call): Promise<string> => run(codeSample(language, call, target))

  const parameters = { KeyId, Plaintext: plaintext }
  const encrypted = await sample({ action: "Encrypt", parameters, encryptionContext })
  const opened = await kms.call("Decrypt", {
    CiphertextBlob: ciphertextIn(encrypted),
    EncryptionContext,
  })
  assert.equal(opened["Plaintext"], plaintext)

  const { CiphertextBlob } = await kms.call("Encrypt", { ...parameters, EncryptionContext })
  const decrypted = await sample({
    action: "Decrypt",
    parameters: { CiphertextBlob: String(CiphertextBlob) },
    encryptionContext,
  })
  assert.ok(decrypted.includes(plaintext), decrypted)

  const dataKey = await sample({
    action: "GenerateDataKey",
    parameters: { KeyId, NumberOfBytes: 24 },
    encryptionContext: undefined,
  })
  const key = await kms.call("Decrypt", { CiphertextBlob: ciphertextIn(dataKey) })
  assert.equal(Buffer.from(String(key["Plaintext"]), "base64").length, 24)
  assert.ok(dataKey.includes(String(key["Plaintext"])), dataKey)
}
