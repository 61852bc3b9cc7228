import { Menu } from "@mantine/core"
import { IconDots } from "@tabler/icons-react"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useLocation } from "wouter"
import type { ListedObject, ListedVersion, ObjectName } from "../../api/queries.ts"
import { ActionMenu } from "../../parts/action-menu.tsx"
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

type Dialog = "share" | "copy"

/** The actions for one object of a list. */
export function ObjectMenu(props: ObjectMenuProps): ReactNode {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<Dialog>()
  const name = nameOf(props)
  const close = (): void => setDialog(undefined)
  return (
    <>
      <ActionMenu
        size="sm"
        label={t("objects.actionsOf", { name: name.objectKey })}
        icon={<IconDots size={16} />}
      >
        <Items {...props} onDialog={setDialog} />
      </ActionMenu>
      {dialog === "share" && <ShareDialog object={name} onClose={close} />}
      {dialog === "copy" && <CopyDialog object={name} onClose={close} />}
    </>
  )
}

function nameOf({ bucket, entry }: ObjectMenuProps): ObjectName {
  const versionId = entry.kind === "version" ? entry.versionId : undefined
  return { bucket, objectKey: entry.objectKey, versionId }
}

interface ItemsProps extends ObjectMenuProps {
  readonly onDialog: (dialog: Dialog) => void
}

function Items(props: ItemsProps): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { entry, selection, onDialog } = props
  const name = nameOf(props)
  const { bucket, objectKey, versionId } = name
  return (
    <>
      <Menu.Item onClick={() => navigate(objectPath(bucket, objectKey, versionId))}>
        {t("objects.details")}
      </Menu.Item>
      <Menu.Item onClick={() => void download(name).catch(sayFailed)}>
        {t("objects.download")}
      </Menu.Item>
      <Menu.Item onClick={() => onDialog("share")}>{t("objects.share")}</Menu.Item>
      <Menu.Item onClick={() => onDialog("copy")}>{t("objects.copy")}</Menu.Item>
      <Menu.Item onClick={() => navigate(storedFormPath(bucket, objectKey, versionId))}>
        {t("objects.storedForm")}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item color="red" onClick={() => selection.askToDelete(entry)}>
        {t("objects.delete")}
      </Menu.Item>
    </>
  )
}
