import { Button, Checkbox, NumberInput, SegmentedControl, Tabs, Textarea } from "@mantine/core"
import { useMutation, useQuery, type UseMutationResult } from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { api, dataOf } from "../../api/client.ts"
import { serverQuery, usableKeysQuery } from "../../api/queries.ts"
import { CodeBlock } from "../../parts/copyable.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber } from "../../parts/formats.ts"
import { Page } from "../../parts/page.tsx"
import { Panel } from "../../parts/panel.tsx"
import { useParameters } from "../../shell/addresses.ts"
import { Answer, type Outcome } from "./answer.tsx"
import { sizeOf, toBase64 } from "./base64.ts"
import { codeSample, SAMPLE_LANGUAGES, type Call, type SampleLanguage } from "./code-samples.ts"
import { ContextField, KeyField, parseContext } from "./try-it-fields.tsx"
import classes from "./try-it.module.css"

const KINDS = ["encrypt", "decrypt", "dataKey"] as const
type Kind = (typeof KINDS)[number]

const DOCUMENT_LIMIT = 4096
const SERVICE_LIMIT = 6144

interface Inputs {
  readonly cmkId: string
  readonly text: string
  readonly ciphertextBlob: string
  readonly context: string
  readonly sizeBytes: number
  readonly withPlaintext: boolean
}

function contextOf(inputs: Inputs): { encryptionContext?: Readonly<Record<string, string>> } {
  const parsed = parseContext(inputs.context)
  return parsed === undefined || parsed === null ? {} : { encryptionContext: parsed }
}

async function run(kind: Kind, inputs: Inputs): Promise<Outcome> {
  const params = { path: { cmkId: inputs.cmkId } }
  const context = contextOf(inputs)
  if (kind === "encrypt") {
    const body = { plaintext: toBase64(inputs.text), ...context }
    return { kind, data: await dataOf(api.POST("/api/keys/{cmkId}/encrypt", { params, body })) }
  }
  if (kind === "decrypt") {
    const body = { ciphertextBlob: inputs.ciphertextBlob.trim(), ...context }
    return { kind, data: await dataOf(api.POST("/api/decrypt", { body })) }
  }
  const { sizeBytes, withPlaintext } = inputs
  const body = { sizeBytes, withPlaintext, ...context }
  return { kind, data: await dataOf(api.POST("/api/keys/{cmkId}/data-key", { params, body })) }
}

function callOf(kind: Kind, inputs: Inputs): Call {
  const { encryptionContext } = contextOf(inputs)
  if (kind === "encrypt") {
    const parameters = { KeyId: inputs.cmkId, Plaintext: toBase64(inputs.text) }
    return { action: "Encrypt", parameters, encryptionContext }
  }
  if (kind === "decrypt") {
    const parameters = { CiphertextBlob: inputs.ciphertextBlob.trim() }
    return { action: "Decrypt", parameters, encryptionContext }
  }
  const parameters = { KeyId: inputs.cmkId, NumberOfBytes: inputs.sizeBytes }
  return { action: "GenerateDataKey", parameters, encryptionContext }
}

interface FormProps {
  readonly kind: Kind
  readonly inputs: Inputs
  readonly change: (changed: Partial<Inputs>) => void
}

function PlaintextField({ inputs, change }: FormProps): ReactNode {
  const { t } = useTranslation()
  // For base64, the service counts the decoded bytes.
  const bytes = sizeOf(inputs.text)
  const count = formatNumber(bytes)
  const hint =
    bytes > DOCUMENT_LIMIT
      ? t("tryIt.overDocument", { count: bytes })
      : t("tryIt.bytes", { count: bytes })
  return (
    <Textarea
      label={t("tryIt.plaintext")}
      description={hint.replace(String(bytes), count)}
      error={bytes > SERVICE_LIMIT ? t("tryIt.overLimit", { count: bytes }) : undefined}
      value={inputs.text}
      onChange={(event) => change({ text: event.currentTarget.value })}
      autosize
      minRows={4}
      maxRows={14}
      required
    />
  )
}

function CallFields(props: FormProps): ReactNode {
  const { t } = useTranslation()
  const { kind, inputs, change } = props
  return (
    <>
      <p className={classes["soft"]}>{t(`tryIt.${kind}Hint`)}</p>
      {kind !== "decrypt" && (
        <KeyField value={inputs.cmkId} onChange={(cmkId) => change({ cmkId })} />
      )}
      {kind === "encrypt" && <PlaintextField {...props} />}
      {kind === "decrypt" && (
        <Textarea
          label={t("tryIt.ciphertext")}
          value={inputs.ciphertextBlob}
          onChange={(event) => change({ ciphertextBlob: event.currentTarget.value })}
          spellCheck={false}
          rows={5}
          required
        />
      )}
      {kind === "dataKey" && (
        <>
          <NumberInput
            label={t("tryIt.size")}
            value={inputs.sizeBytes}
            onChange={(value) => change({ sizeBytes: Number(value) })}
            min={1}
            max={1024}
            allowDecimal={false}
          />
          <Checkbox
            label={t("tryIt.withPlaintext")}
            checked={inputs.withPlaintext}
            onChange={(event) => change({ withPlaintext: event.currentTarget.checked })}
          />
        </>
      )}
      <ContextField value={inputs.context} onChange={(context) => change({ context })} />
    </>
  )
}

function CodePanel({ kind, inputs }: Omit<FormProps, "change">): ReactNode {
  const { t } = useTranslation()
  const { data: server } = useQuery(serverQuery)
  const [language, setLanguage] = useState<SampleLanguage>("Node")
  if (server === undefined) return null
  const choice = (
    <SegmentedControl
      aria-label={t("tryIt.code")}
      data={[...SAMPLE_LANGUAGES]}
      value={language}
      onChange={(value) => setLanguage(value)}
    />
  )
  return (
    <Panel title={t("tryIt.code")} actions={choice}>
      <CodeBlock
        text={codeSample(language, callOf(kind, inputs), server)}
        label={t("tryIt.code")}
      />
    </Panel>
  )
}

function useInputs(): readonly [Inputs, (changed: Partial<Inputs>) => void] {
  const parameters = useParameters()
  const { data } = useQuery(usableKeysQuery)
  const [inputs, setInputs] = useState<Inputs>({
    cmkId: parameters.get("cmk") ?? "",
    text: "",
    ciphertextBlob: "",
    context: "",
    sizeBytes: 32,
    withPlaintext: true,
  })
  const first = data?.items[0]?.cmkId ?? ""
  const shown = inputs.cmkId === "" ? { ...inputs, cmkId: first } : inputs
  return [shown, (changed) => setInputs({ ...shown, ...changed })]
}

type Attempt = UseMutationResult<Outcome, Error, undefined>

function AnswerPanel({
  attempt,
  onDecrypt,
}: {
  readonly attempt: Attempt
  readonly onDecrypt: (blob: string) => void
}): ReactNode {
  const { t } = useTranslation()
  return (
    <Panel title={t("tryIt.answer")}>
      {attempt.error !== null && <FailureNote error={attempt.error} />}
      {attempt.data !== undefined && <Answer outcome={attempt.data} onDecrypt={onDecrypt} />}
      {attempt.error === null && attempt.data === undefined && (
        <p className={classes["soft"]}>{t("tryIt.waiting")}</p>
      )}
    </Panel>
  )
}

/** Encrypt, decrypt and generate data keys, with the same call as code. */
export function TryItPage(): ReactNode {
  const { t } = useTranslation()
  const [kind, setKind] = useState<Kind>("encrypt")
  const [inputs, change] = useInputs()
  const attempt: Attempt = useMutation({ mutationFn: async () => await run(kind, inputs) })
  const choose = (next: string | null): void => {
    setKind(KINDS.find((each) => each === next) ?? "encrypt")
    attempt.reset()
  }
  const isWrong = parseContext(inputs.context) === null || sizeOf(inputs.text) > SERVICE_LIMIT
  const decryptThis = (ciphertextBlob: string): void => {
    change({ ciphertextBlob })
    choose("decrypt")
  }
  return (
    <Page title={t("shell.nav.tryIt")} lead={t("tryIt.lead")}>
      <Tabs value={kind} onChange={choose}>
        <Tabs.List aria-label={t("shell.nav.tryIt")}>
          {KINDS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`tryIt.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {KINDS.map((each) => (
          <Tabs.Panel key={each} value={each} pt="md">
            {each === kind && (
              <div className={classes["columns"]}>
                <Panel title={t(`tryIt.${kind}`)}>
                  <form
                    className={classes["stack"]}
                    onSubmit={(event) => {
                      event.preventDefault()
                      if (!isWrong) attempt.mutate(undefined)
                    }}
                  >
                    <CallFields kind={kind} inputs={inputs} change={change} />
                    <Button type="submit" loading={attempt.isPending} disabled={isWrong}>
                      {t("tryIt.go")}
                    </Button>
                  </form>
                </Panel>
                <div className={classes["stack"]}>
                  <AnswerPanel attempt={attempt} onDecrypt={decryptThis} />
                  <CodePanel kind={kind} inputs={inputs} />
                </div>
              </div>
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}
