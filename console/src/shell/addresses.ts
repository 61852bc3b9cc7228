// The addresses of pages about one thing. Object names are in the query, where any character is allowed.
import { useMemo } from "react"
import { usePathname, useSearch } from "wouter/use-browser-location"

// wouter's own useParams and useSearchParams decode once more than they should: they read the name `a%26b` as `a&b`.

/** The parameters in the address. */
export function useParameters(): URLSearchParams {
  const search = useSearch()
  return useMemo(() => new URLSearchParams(search), [search])
}

/** The last segment of the address's path. */
export function useLastSegment(): string {
  const segment = usePathname().split("/").at(-1) ?? ""
  try {
    return decodeURIComponent(segment)
  } catch {
    // Nothing has a name that cannot be decoded. The server will say so.
    return segment
  }
}

const query = (values: Readonly<Record<string, string | undefined>>): string => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") parameters.set(name, value)
  }
  const text = parameters.toString()
  return text === "" ? "" : `?${text}`
}

export const keyPath = (cmkId: string): string => `/keys/${encodeURIComponent(cmkId)}`

export const tryItPath = (cmkId: string): string => `/try-it${query({ cmk: cmkId })}`

export const bucketPath = (bucket: string, prefix = ""): string =>
  `/buckets/${encodeURIComponent(bucket)}${query({ prefix })}`

export const bucketSettingsPath = (bucket: string): string =>
  `/buckets/${encodeURIComponent(bucket)}/settings`

export const bucketUploadsPath = (bucket: string): string =>
  `/buckets/${encodeURIComponent(bucket)}/uploads`

export const objectPath = (bucket: string, objectKey: string, versionId?: string): string =>
  `/buckets/${encodeURIComponent(bucket)}/object${query({ name: objectKey, version: versionId })}`

export const storedFormPath = (bucket: string, objectKey: string, versionId?: string): string =>
  `/buckets/${encodeURIComponent(bucket)}/stored${query({ name: objectKey, version: versionId })}`
