import { ActionIcon, Button, Progress } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import {
  IconCheck,
  IconChevronDown,
  IconChevronUp,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
} from "@tabler/icons-react"
import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { readBucketAgain } from "../api/queries.ts"
import { FailureText } from "../parts/failure-note.tsx"
import { formatSize } from "../parts/formats.ts"
import { sayFailed } from "../parts/toasts.tsx"
import { isOpen, type Upload, type UploadState } from "./upload.ts"
import {
  cancelUpload,
  clearFinished,
  currentUploads,
  giveFilesBack,
  pauseUpload,
  resumeUpload,
  subscribeToUploads,
  whenStored,
} from "./upload-store.ts"
import classes from "./upload-tray.module.css"

const percent = (sent: number, size: number): number => (size === 0 ? 100 : (100 * sent) / size)

const LISTED_MAX = 200

/** Uploads that need the user come first, then those in progress. */
const RANKS: Readonly<Record<UploadState, number>> = {
  failed: 0,
  lost: 0,
  running: 1,
  paused: 1,
  waiting: 2,
  done: 3,
}

const rank = ({ state }: Upload): number => RANKS[state]

function ItemActions({ upload }: { readonly upload: Upload }): ReactNode {
  const { t } = useTranslation()
  const { id, state } = upload
  const name = upload.objectKey
  if (state === "done") return <IconCheck size={16} aria-label={t("uploads.states.done")} />
  return (
    <>
      {(state === "running" || state === "waiting") && (
        <ActionIcon
          size="sm"
          aria-label={t("uploads.pause", { name })}
          onClick={() => pauseUpload(id)}
        >
          <IconPlayerPause size={14} />
        </ActionIcon>
      )}
      {(state === "paused" || state === "failed") && (
        <ActionIcon
          size="sm"
          aria-label={t("uploads.resume", { name })}
          onClick={() => resumeUpload(id)}
        >
          <IconPlayerPlay size={14} />
        </ActionIcon>
      )}
      <ActionIcon
        size="sm"
        aria-label={t("uploads.cancel", { name })}
        onClick={() => void cancelUpload(id).catch(sayFailed)}
      >
        <IconX size={14} />
      </ActionIcon>
    </>
  )
}

function Item({ upload }: { readonly upload: Upload }): ReactNode {
  const { t } = useTranslation()
  const { objectKey, bucket, state, sentBytes, sizeBytes, failure } = upload
  return (
    <li className={classes["item"]} data-state={state}>
      <div className={classes["line"]}>
        <span className={classes["name"]} title={`${bucket}/${objectKey}`}>
          {objectKey}
        </span>
        <span className={classes["fact"]}>
          {state === "running"
            ? `${formatSize(sentBytes)} / ${formatSize(sizeBytes)}`
            : t(`uploads.states.${state}`)}
        </span>
        <ItemActions upload={upload} />
      </div>
      {state !== "done" && (
        <Progress
          value={percent(sentBytes, sizeBytes)}
          size="xs"
          aria-label={t("uploads.progressOf", { name: objectKey })}
        />
      )}
      {failure !== undefined && (
        <div className={classes["failure"]}>
          <FailureText failure={failure} />
        </div>
      )}
    </li>
  )
}

/** After a reload of the page, the browser must be given the files again. */
function LostFiles({ uploads }: { readonly uploads: readonly Upload[] }): ReactNode {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const lost = uploads.filter((each) => each.state === "lost")
  const [isMismatch, setMismatch] = useState(false)
  if (lost.length === 0) return null
  return (
    <div className={classes["lost"]}>
      <p>{t("uploads.lost", { names: lost.map((each) => each.fileName).join(", ") })}</p>
      {isMismatch && <p role="alert">{t("uploads.mismatch")}</p>}
      <Button variant="default" onClick={() => input.current?.click()}>
        {t("uploads.chooseAgain")}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("uploads.chooseAgain")}
        onChange={(event) => {
          setMismatch(giveFilesBack(Array.from(event.currentTarget.files ?? [])) === 0)
          event.currentTarget.value = ""
        }}
      />
    </div>
  )
}

/** Refreshes lists after files are stored; asks before the tab is closed while uploads are in progress. */
function useEffectsOf(uploads: readonly Upload[]): void {
  const client = useQueryClient()
  useEffect(() => {
    whenStored((bucket) => void readBucketAgain(client, bucket))
  }, [client])
  const isBusy = uploads.some(({ state }) => state === "running" || state === "waiting")
  useEffect(() => {
    if (!isBusy) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener("beforeunload", ask)
    return () => window.removeEventListener("beforeunload", ask)
  }, [isBusy])
}

/** The uploads of this tab, on top of every page. */
export function UploadTray(): ReactNode {
  const { t } = useTranslation()
  const uploads = useSyncExternalStore(subscribeToUploads, currentUploads)
  const [isFolded, setFolded] = useState(false)
  useEffectsOf(uploads)
  if (uploads.length === 0) return null
  const sent = uploads.reduce((sum, each) => sum + each.sentBytes, 0)
  const size = uploads.reduce((sum, each) => sum + each.sizeBytes, 0)
  const listed = uploads.toSorted((left, right) => rank(left) - rank(right))
  const open = uploads.filter(isOpen).length
  const Fold = isFolded ? IconChevronUp : IconChevronDown
  return (
    <section className={classes["tray"]} aria-label={t("uploads.title")}>
      <div className={classes["head"]}>
        <h2 role="status">
          {open === 0
            ? t("uploads.allDone", { count: uploads.length })
            : t("uploads.open", { count: open })}
        </h2>
        <span className={classes["fact"]}>
          {formatSize(sent)} / {formatSize(size)}
        </span>
        <ActionIcon
          size="sm"
          aria-label={isFolded ? t("uploads.unfold") : t("uploads.fold")}
          aria-expanded={!isFolded}
          onClick={() => setFolded(!isFolded)}
        >
          <Fold size={16} />
        </ActionIcon>
        {open < uploads.length && (
          <ActionIcon size="sm" aria-label={t("uploads.clear")} onClick={clearFinished}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
      <Progress value={percent(sent, size)} size="sm" radius={0} aria-label={t("uploads.total")} />
      {!isFolded && (
        <>
          <LostFiles uploads={uploads} />
          <ul className={classes["list"]} tabIndex={0} aria-label={t("uploads.title")}>
            {listed.slice(0, LISTED_MAX).map((upload) => (
              <Item key={upload.id} upload={upload} />
            ))}
            {listed.length > LISTED_MAX && (
              <li className={classes["item"]}>
                {t("uploads.more", { count: listed.length - LISTED_MAX })}
              </li>
            )}
          </ul>
        </>
      )}
    </section>
  )
}
