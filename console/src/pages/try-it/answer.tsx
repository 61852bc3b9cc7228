import { Button } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type { components } from "../../api/schema.ts"
import { CodeBlock } from "../../parts/copyable.tsx"
import { KeyLink } from "../../parts/key-name.tsx"
import { Facts } from "../../parts/panel.tsx"
import { fromBase64 } from "./base64.ts"
import classes from "./try-it.module.css"

type Schemas = components["schemas"]

export type Outcome =
  | { readonly kind: "encrypt"; readonly data: Schemas["Encrypted"] }
  | { readonly kind: "decrypt"; readonly data: Schemas["Decrypted"] }
  | { readonly kind: "dataKey"; readonly data: Schemas["GeneratedDataKey"] }

type BlockName = "plainText" | "plainAnswer" | "plainDataKey" | "encryptedDataKey" | "ciphertext"

interface AnswerProps {
  readonly outcome: Outcome
  readonly onDecrypt: (ciphertextBlob: string) => void
}

function blocks({ kind, data }: Outcome): readonly (readonly [BlockName, string])[] {
  if (kind === "encrypt") return [["ciphertext", data.ciphertextBlob]]
  if (kind === "dataKey") {
    return [
      ...(data.plaintext === null ? [] : [["plainDataKey", data.plaintext] as const]),
      ["encryptedDataKey", data.ciphertextBlob],
    ]
  }
  const text = fromBase64(data.plaintext)
  return [
    ...(text === undefined ? [] : [["plainText", text] as const]),
    ["plainAnswer", data.plaintext],
  ]
}

/** The response of the key service. */
export function Answer({ outcome, onDecrypt }: AnswerProps): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={classes["stack"]} data-answer={outcome.kind}>
      {blocks(outcome).map(([name, text]) => (
        <div key={name}>
          <strong>{t(`tryIt.${name}`)}</strong>
          <CodeBlock text={text} label={t(`tryIt.${name}`)} />
        </div>
      ))}
      <Facts
        rows={[
          [t("tryIt.usedKey"), <KeyLink key="cmk" cmkId={outcome.data.cmkId} />],
          [t("tryIt.version"), <code key="version">{outcome.data.keyVersionId}</code>],
        ]}
      />
      {outcome.kind === "encrypt" && (
        <div>
          <Button variant="default" onClick={() => onDecrypt(outcome.data.ciphertextBlob)}>
            {t("tryIt.decryptThis")}
          </Button>
        </div>
      )}
    </div>
  )
}
