import { Button, Group, SegmentedControl, Stack } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useMemo, useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { encode } from "uqr"
import type { ObjectName } from "../../api/queries.ts"
import { CodeBlock } from "../../parts/copyable.tsx"
import { Dialog } from "../../parts/dialog.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatTime } from "../../parts/formats.ts"
import { makeLink } from "./links.ts"
import classes from "./dialogs.module.css"

const EXPIRIES = { hour: 3600, day: 86_400, week: 604_800 } as const
type Expiry = keyof typeof EXPIRIES

function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const { size, path } = useMemo(() => {
    const code = encode(text, { border: 2, ecc: "L" })
    const dots = code.data.flatMap((row, y) =>
      row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
    )
    return { size: code.size, path: dots.join("") }
  }, [text])
  return (
    <svg
      className={classes["qr"]}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

interface ShareDialogProps {
  readonly object: ObjectName
  readonly onClose: () => void
}

/** Creates a link that expires, for people without an access key. */
export function ShareDialog({ object, onClose }: ShareDialogProps): ReactNode {
  const { t } = useTranslation()
  const [expiry, setExpiry] = useState<Expiry>("day")
  const [attachment, setAttachment] = useState(false)
  const making = useMutation({
    mutationFn: async () =>
      await makeLink(object, { expiresSeconds: EXPIRIES[expiry], attachment }),
  })
  const { data: link } = making
  return (
    <Dialog
      onClose={onClose}
      title={t("objects.shareDialog.title", { name: object.objectKey })}
      size="lg"
    >
      <Stack gap="sm">
        <p className={classes["lead"]}>{t("objects.shareDialog.lead")}</p>
        <Group>
          <span id="share-expiry">{t("objects.shareDialog.expiry")}</span>
          <SegmentedControl
            aria-labelledby="share-expiry"
            data={(["hour", "day", "week"] as const).map((value) => ({
              value,
              label: t(`objects.shareDialog.${value}`),
            }))}
            value={expiry}
            onChange={(value) => setExpiry(value)}
          />
          <SegmentedControl
            aria-label={t("objects.download")}
            data={(["inline", "attachment"] as const).map((value) => ({
              value,
              label: t(`objects.shareDialog.${value}`),
            }))}
            value={attachment ? "attachment" : "inline"}
            onChange={(value) => setAttachment(value === "attachment")}
          />
        </Group>
        <Button loading={making.isPending} onClick={() => making.mutate()} data-autofocus>
          {t("objects.shareDialog.make")}
        </Button>
        {making.error !== null && <FailureNote error={making.error} />}
        {link !== undefined && (
          <>
            <CodeBlock text={link.url} label={t("objects.shareDialog.link")} />
            <span>{t("objects.shareDialog.until", { time: formatTime(link.expiresAt) })}</span>
            <QrCode text={link.url} label={t("objects.shareDialog.qr")} />
          </>
        )}
      </Stack>
    </Dialog>
  )
}
