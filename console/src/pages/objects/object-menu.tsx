import { ActionIcon, Menu } from "@mantine/core"
import { IconDots } from "@tabler/icons-react"
import { useRef, useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useLocation } from "wouter"
import type { ListedObject, ListedVersion } from "../../api/queries.ts"
import { sayFailed } from "../../parts/toasts.tsx"
import { objectPath, storedFormPath } from "../../shell/addresses.ts"
import { CopyDialog } from "./copy-dialog.tsx"
import { download } from "./links.ts"
import type { Selection } from "./selection.ts"
import { ShareDialog } from "./share-dialog.tsx"

interface ObjectMenuProps {
  readonly bucket: string
  readonly entry: ListedObject | ListedVersion
  readonly selection: Selection
}

/** The actions for one object of a list. Until it is pressed, only the button is rendered, because lists are long. */
export function ObjectMenu(props: ObjectMenuProps): ReactNode {
  const { t } = useTranslation()
  const [isUsed, setUsed] = useState(false)
  if (isUsed) return <OpenedMenu {...props} />
  return (
    <ActionIcon
      size="sm"
      aria-label={t("objects.actionsOf", { name: props.entry.objectKey })}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setUsed(true)}
    >
      <IconDots size={16} />
    </ActionIcon>
  )
}

/** The menu, open when it is first rendered. */
function OpenedMenu({ bucket, entry, selection }: ObjectMenuProps): ReactNode {
  const target = useRef<HTMLButtonElement>(null)
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [dialog, setDialog] = useState<"share" | "copy">()
  const versionId = entry.kind === "version" ? entry.versionId : undefined
  const name = { bucket, objectKey: entry.objectKey, versionId }
  const close = (): void => setDialog(undefined)
  return (
    <>
      <Menu
        position="bottom-end"
        defaultOpened
        // This is not the button that opened the menu, so focus does not return by itself.
        onClose={() => target.current?.focus()}
      >
        <Menu.Target>
          <ActionIcon
            ref={target}
            size="sm"
            aria-label={t("objects.actionsOf", { name: entry.objectKey })}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => navigate(objectPath(bucket, entry.objectKey, versionId))}>
            {t("objects.details")}
          </Menu.Item>
          <Menu.Item onClick={() => void download(name).catch(sayFailed)}>
            {t("objects.download")}
          </Menu.Item>
          <Menu.Item onClick={() => setDialog("share")}>{t("objects.share")}</Menu.Item>
          <Menu.Item onClick={() => setDialog("copy")}>{t("objects.copy")}</Menu.Item>
          <Menu.Item onClick={() => navigate(storedFormPath(bucket, entry.objectKey, versionId))}>
            {t("objects.storedForm")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => selection.askToDelete(entry)}>
            {t("objects.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "share" && <ShareDialog object={name} onClose={close} />}
      {dialog === "copy" && <CopyDialog object={name} onClose={close} />}
    </>
  )
}
