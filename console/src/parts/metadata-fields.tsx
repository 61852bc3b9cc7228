import { ActionIcon, Button, TextInput } from "@mantine/core"
import { IconPlus, IconX } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import classes from "./metadata-fields.module.css"

/** One metadata field as the user enters it. The name is without the prefix x-oss-meta-. */
export interface MetadataLine {
  readonly name: string
  readonly value: string
}

const NAME = /^[a-z0-9-]{1,64}$/

/** Whether a header can carry the value. */
export const isHeaderText = (value: string): boolean => /^[ -~]*$/.test(value)

const isRepeated = (lines: readonly MetadataLine[], name: string): boolean =>
  lines.filter((line) => line.name === name).length > 1

/**
 * Whether every line can be stored. Values that are not printable ASCII are allowed where `isKnown` says that they are
 * unchanged.
 */
export function areStorable(
  lines: readonly MetadataLine[],
  isKnown: (line: MetadataLine) => boolean = () => false,
): boolean {
  return lines.every(
    (line) =>
      NAME.test(line.name) &&
      !isRepeated(lines, line.name) &&
      (isHeaderText(line.value) || isKnown(line)),
  )
}

/** Returns the metadata by name. */
export function metadataOf(lines: readonly MetadataLine[]): Readonly<Record<string, string>> {
  return Object.fromEntries(lines.map(({ name, value }) => [name, value]))
}

interface MetadataFieldsProps {
  readonly lines: readonly MetadataLine[]
  readonly onChange: (lines: readonly MetadataLine[]) => void
  readonly isKnown?: (line: MetadataLine) => boolean
}

/** Input fields for x-oss-meta-*. */
export function MetadataFields({
  lines,
  onChange,
  isKnown = () => false,
}: MetadataFieldsProps): ReactNode {
  const { t } = useTranslation()
  const change = (index: number, changed: Partial<MetadataLine>): void =>
    onChange(lines.map((line, at) => (at === index ? { ...line, ...changed } : line)))
  const nameError = ({ name }: MetadataLine): string | undefined => {
    if (name !== "" && !NAME.test(name)) return t("metadata.wrongName")
    return name !== "" && isRepeated(lines, name) ? t("metadata.repeated") : undefined
  }
  return (
    <fieldset className={classes["fields"]}>
      <legend>{t("metadata.title")}</legend>
      {lines.map((line, index) => (
        // Lines are identified by position, because names repeat while the user types.
        <div key={index} className={classes["line"]}>
          <TextInput
            aria-label={t("metadata.name", { number: index + 1 })}
            placeholder={t("metadata.namePlaceholder")}
            value={line.name}
            error={nameError(line)}
            onChange={(event) => change(index, { name: event.currentTarget.value.toLowerCase() })}
          />
          <TextInput
            aria-label={t("metadata.value", { number: index + 1 })}
            value={line.value}
            error={isHeaderText(line.value) || isKnown(line) ? undefined : t("metadata.wrongValue")}
            onChange={(event) => change(index, { value: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={t("metadata.remove", { number: index + 1 })}
            onClick={() => onChange(lines.filter((_line, at) => at !== index))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...lines, { name: "", value: "" }])}
      >
        {t("metadata.add")}
      </Button>
    </fieldset>
  )
}
