import { Group, Select } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { usableKeysQuery, type EncryptionChoice, type EncryptionMethod } from "../api/queries.ts"
import { keyLabel } from "./key-name.tsx"

const METHODS: readonly EncryptionMethod[] = ["none", "AES256", "KMS", "SM4"]

interface EncryptionFieldProps {
  readonly label: string
  readonly value: EncryptionChoice | undefined
  readonly onChange: (value: EncryptionChoice | undefined) => void
  /** The label for leaving the choice to the bucket; omitted where something must be chosen. */
  readonly inherit?: string
}

/** The encryption to ask for, and under KMS the key and the cipher. */
export function EncryptionField({
  label,
  value,
  onChange,
  inherit,
}: EncryptionFieldProps): ReactNode {
  const { t } = useTranslation()
  const { data } = useQuery(usableKeysQuery)
  const methods = METHODS.map((method) => ({ value: method, label: t(`fields.method.${method}`) }))
  const choices =
    inherit === undefined ? methods : [{ value: "inherit", label: inherit }, ...methods]
  const keys = (data?.items ?? []).map((key) => ({ value: key.cmkId, label: keyLabel(key) }))
  const chooseMethod = (chosen: string | null): void => {
    const method = METHODS.find((each) => each === chosen)
    onChange(method === undefined ? undefined : { method })
  }
  const withCmk = (chosen: string): EncryptionChoice => ({
    method: "KMS",
    ...(chosen === "default" ? {} : { cmk: chosen }),
    ...(value?.dataEncryption === undefined ? {} : { dataEncryption: value.dataEncryption }),
  })
  return (
    <>
      <Select
        label={label}
        data={choices}
        value={value?.method ?? "inherit"}
        onChange={chooseMethod}
      />
      {value?.method === "KMS" && (
        <Group grow align="flex-start">
          <Select
            label={t("fields.cmk")}
            data={[{ value: "default", label: t("fields.defaultCmk") }, ...keys]}
            value={value.cmk ?? "default"}
            onChange={(chosen) => onChange(withCmk(chosen ?? "default"))}
            searchable
          />
          <Select
            label={t("fields.cipher")}
            data={["AES256", "SM4"]}
            value={value.dataEncryption ?? "AES256"}
            onChange={(chosen) =>
              onChange({ ...value, dataEncryption: chosen === "SM4" ? "SM4" : "AES256" })
            }
          />
        </Group>
      )}
    </>
  )
}
