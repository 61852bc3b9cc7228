import { Button, Skeleton, Switch, TextInput } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { IconFolderUp, IconSearch, IconTrash, IconUpload } from "@tabler/icons-react"
import { Fragment, useRef, useState, type DragEvent, type ReactNode, type RefObject } from "react"
import { useTranslation } from "react-i18next"
import { Link, useParams } from "wouter"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber } from "../../parts/formats.ts"
import { Page } from "../../parts/page.tsx"
import { Empty } from "../../parts/panel.tsx"
import { sayFailed } from "../../parts/toasts.tsx"
import { bucketPath, useParameters } from "../../shell/addresses.ts"
import { chosenFiles, droppedFiles, type FileWithPath } from "../../uploads/dropped-files.ts"
import { BucketTabs } from "../buckets/bucket-tabs.tsx"
import { DeleteDialog } from "./delete-dialog.tsx"
import { foldersOf, type NamedEntry } from "./entries.ts"
import { useListing, type Listing } from "./listing.ts"
import { ObjectList } from "./object-list.tsx"
import { useSelection, type Selection } from "./selection.ts"
import { UploadDialog } from "./upload-dialog.tsx"
import classes from "./object-list.module.css"

function FolderPath({
  bucket,
  prefix,
}: {
  readonly bucket: string
  readonly prefix: string
}): ReactNode {
  const { t } = useTranslation()
  const folders = foldersOf(prefix)
  return (
    <nav className={classes["path"]} aria-label={t("objects.folder")}>
      <Link href={bucketPath(bucket)}>{bucket}</Link>
      {folders.map((folder, index) => (
        <Fragment key={folder}>
          <span aria-hidden>/</span>
          <Link href={bucketPath(bucket, folder)}>
            {folder.slice(folders[index - 1]?.length ?? 0, -1)}
          </Link>
        </Fragment>
      ))}
    </nav>
  )
}

interface FileInputsProps {
  readonly files: RefObject<HTMLInputElement | null>
  readonly folder: RefObject<HTMLInputElement | null>
  readonly onChosen: (files: readonly FileWithPath[]) => void
}

function FileInputs({ files, folder, onChosen }: FileInputsProps): ReactNode {
  const { t } = useTranslation()
  const take = (input: HTMLInputElement): void => {
    onChosen(chosenFiles(input.files))
    input.value = ""
  }
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={t("objects.upload")}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        webkitdirectory=""
        hidden
        aria-label={t("objects.uploadFolder")}
        onChange={(event) => take(event.currentTarget)}
      />
    </>
  )
}

function Foot({
  listing,
  selection,
  onDelete,
}: {
  readonly listing: Listing
  readonly selection: Selection
  readonly onDelete: (entries: readonly NamedEntry[]) => void
}): ReactNode {
  const { t } = useTranslation()
  const { lines: count = 0, hasMore } = listing
  const { chosen } = selection
  return (
    <div className={classes["foot"]}>
      <span>
        {hasMore
          ? t("objects.moreThan", { formatted: formatNumber(count) })
          : t("objects.entries", { count, formatted: formatNumber(count) })}
      </span>
      {chosen.length > 0 && (
        <>
          <span>{t("objects.selected", { count: chosen.length })}</span>
          <Button
            color="red"
            variant="outline"
            leftSection={<IconTrash size={14} />}
            onClick={() => onDelete(chosen)}
          >
            {t("objects.deleteSelected")}
          </Button>
          <Button variant="default" onClick={selection.clear}>
            {t("objects.clearSelection")}
          </Button>
        </>
      )}
    </div>
  )
}

/** Makes an element accept files and folders. */
function useDrop(onFiles: (files: readonly FileWithPath[]) => void) {
  const [isDropping, setDropping] = useState(false)
  const allow = (event: DragEvent): void => {
    event.preventDefault()
    setDropping(true)
  }
  const handlers = {
    // Both events must be accepted. Otherwise a drop right after the pointer enters is refused.
    onDragEnter: allow,
    onDragOver: allow,
    onDragLeave: ({ currentTarget, relatedTarget }: DragEvent): void => {
      // The event also fires when the pointer moves between children of the element.
      const isInside = relatedTarget instanceof Node && currentTarget.contains(relatedTarget)
      if (!isInside) setDropping(false)
    },
    onDrop: (event: DragEvent): void => {
      event.preventDefault()
      setDropping(false)
      droppedFiles(event.dataTransfer).then(onFiles, sayFailed)
    },
  }
  return { isDropping, handlers }
}

interface BrowserProps {
  readonly bucket: string
  readonly folder: string
  readonly onFiles: (files: readonly FileWithPath[]) => void
}

function Browser({ bucket, folder, onFiles }: BrowserProps): ReactNode {
  const { t } = useTranslation()
  const [typed, setTyped] = useState("")
  const [start] = useDebouncedValue(typed, 200)
  const [showsVersions, setShowsVersions] = useState(false)
  const { isDropping, handlers } = useDrop(onFiles)
  const [doomed, setDoomed] = useState<readonly NamedEntry[]>()
  const listing = useListing({ bucket, prefix: `${folder}${start}`, showsVersions })
  const selection = useSelection(listing.id, setDoomed)
  return (
    <div className={classes["frame"]} data-dropping={isDropping || undefined} {...handlers}>
      {isDropping && (
        <p className={classes["drop"]}>{t("uploads.drop", { place: `${bucket}/${folder}` })}</p>
      )}
      <div className={classes["tools"]}>
        <FolderPath bucket={bucket} prefix={folder} />
        <TextInput
          aria-label={t("objects.startsWith")}
          placeholder={t("objects.startsWith")}
          leftSection={<IconSearch size={15} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Switch
          label={t("objects.versions")}
          checked={showsVersions}
          onChange={(event) => setShowsVersions(event.currentTarget.checked)}
        />
      </div>
      <Content
        bucket={bucket}
        folder={folder}
        listing={listing}
        selection={selection}
        isFiltered={start !== ""}
      />
      <Foot listing={listing} selection={selection} onDelete={setDoomed} />
      {doomed !== undefined && (
        <DeleteDialog
          bucket={bucket}
          entries={doomed}
          onClose={() => setDoomed(undefined)}
          onDeleted={() => {
            setDoomed(undefined)
            selection.clear()
          }}
        />
      )}
    </div>
  )
}

interface ContentProps {
  readonly bucket: string
  readonly folder: string
  readonly listing: Listing
  readonly selection: Selection
  readonly isFiltered: boolean
}

function Content({ bucket, folder, listing, selection, isFiltered }: ContentProps): ReactNode {
  const { t } = useTranslation()
  const { lines, error, retry } = listing
  const failure = error !== null && <FailureNote error={error} onRetry={retry} />
  if (lines === undefined) return failure === false ? <Skeleton h={200} m="md" /> : failure
  if (lines === 0 && isFiltered) return <Empty title={t("objects.noneMatches")} />
  if (lines === 0) return <Empty title={t("objects.emptyTitle")}>{t("objects.empty")}</Empty>
  return (
    <>
      {failure}
      <ObjectList
        key={listing.id}
        bucket={bucket}
        folder={folder}
        listing={listing}
        selection={selection}
      />
    </>
  )
}

/** The objects of a bucket, by folders. */
export function ObjectsPage(): ReactNode {
  const { t } = useTranslation()
  const { bucket = "" } = useParams()
  const parameters = useParameters()
  const folder = parameters.get("prefix") ?? ""
  const [chosen, setChosen] = useState<readonly FileWithPath[]>([])
  const files = useRef<HTMLInputElement>(null)
  const folders = useRef<HTMLInputElement>(null)
  const actions = (
    <>
      <Button
        variant="default"
        leftSection={<IconFolderUp size={15} />}
        onClick={() => folders.current?.click()}
      >
        {t("objects.uploadFolder")}
      </Button>
      <Button leftSection={<IconUpload size={15} />} onClick={() => files.current?.click()}>
        {t("objects.upload")}
      </Button>
    </>
  )
  return (
    <Page
      title={bucket}
      crumbs={[{ label: t("shell.nav.buckets"), href: "/buckets" }]}
      actions={actions}
    >
      <BucketTabs bucket={bucket} current="objects" />
      <FileInputs files={files} folder={folders} onChosen={setChosen} />
      <Browser key={folder} bucket={bucket} folder={folder} onFiles={setChosen} />
      {chosen.length > 0 && (
        <UploadDialog
          bucket={bucket}
          folder={folder}
          files={chosen}
          onClose={() => setChosen([])}
        />
      )}
    </Page>
  )
}
