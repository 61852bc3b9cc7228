import { Button, Skeleton } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { api, dataOf, failureOf } from "../../api/client.ts"
import type { ObjectName } from "../../api/queries.ts"
import type { components } from "../../api/schema.ts"
import { FailureNote } from "../../parts/failure-note.tsx"
import { Panel } from "../../parts/panel.tsx"
import classes from "./dialogs.module.css"

/** Throws the server's error when it does not show the object; otherwise the frame would stay empty. */
async function checkPreview(path: string): Promise<void> {
  const response = await fetch(path)
  if (!response.ok) throw await failureOf(response)
  await response.body?.cancel()
}

type Preview = components["schemas"]["Preview"]

interface ShownProps {
  readonly preview: Preview
  readonly objectKey: string
}

/** Browsers run no PDF viewer in a sandbox. The response's own policy restricts it. */
function Pdf({ preview, objectKey }: ShownProps): ReactNode {
  const { t } = useTranslation()
  return (
    <>
      <p className={classes["lead"]}>
        {!navigator.pdfViewerEnabled && t("objects.noPdfViewer")}{" "}
        <a href={preview.path} target="_blank" rel="noopener noreferrer">
          {t("objects.previewInTab")}
        </a>
      </p>
      {navigator.pdfViewerEnabled && (
        <iframe
          className={classes["preview"]}
          title={t("objects.previewOf", { name: objectKey })}
          src={preview.path}
          referrerPolicy="no-referrer"
        />
      )}
    </>
  )
}

function Shown({ preview, objectKey }: ShownProps): ReactNode {
  const { t } = useTranslation()
  switch (preview.kind) {
    case "image":
      return <img className={classes["image"]} src={preview.path} alt={objectKey} />
    case "pdf":
      return <Pdf preview={preview} objectKey={objectKey} />
    case "text":
      return (
        <iframe
          className={classes["preview"]}
          title={t("objects.previewOf", { name: objectKey })}
          src={preview.path}
          sandbox=""
          referrerPolicy="no-referrer"
        />
      )
  }
}

/** Shows text, images and PDFs, which can do nothing in the console. */
export function PreviewPanel({ object }: { readonly object: ObjectName }): ReactNode {
  const { t } = useTranslation()
  const { bucket, objectKey, versionId } = object
  const asking = useMutation({
    mutationFn: async () => {
      const params = { path: { bucket } }
      const body = { objectKey, ...(versionId === undefined ? {} : { versionId }) }
      const preview = await dataOf(
        api.POST("/api/buckets/{bucket}/object/preview", { params, body }),
      )
      await checkPreview(preview.path)
      return preview
    },
  })
  const { data } = asking
  const action =
    data === undefined ? (
      <Button variant="default" loading={asking.isPending} onClick={() => asking.mutate()}>
        {t("objects.preview")}
      </Button>
    ) : (
      <Button variant="default" onClick={asking.reset}>
        {t("objects.close")}
      </Button>
    )
  return (
    <Panel title={t("objects.preview")} actions={action}>
      {asking.isPending && <Skeleton h={120} />}
      {asking.error !== null && <FailureNote error={asking.error} />}
      {data === undefined ? (
        !asking.isPending && <p className={classes["lead"]}>{t("objects.previewLead")}</p>
      ) : (
        <Shown preview={data} objectKey={objectKey} />
      )}
    </Panel>
  )
}
