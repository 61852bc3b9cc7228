// What the pages read, defined once each: how to request it, and the name under which it is cached.
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  type QueryClient,
} from "@tanstack/react-query"
import { api, dataOf } from "./client.ts"
import type { components, operations } from "./schema.ts"

type Schemas = components["schemas"]
type QueryOf<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>

export type Key = Schemas["Key"]
export type KeyUses = Schemas["KeyUses"]
export type KeyState = Schemas["KeyState"]
export type Bucket = Schemas["Bucket"]
export type EncryptionChoice = Schemas["EncryptionChoice"]
export type EncryptionMethod = Schemas["EncryptionMethod"]
export type ListedObject = Schemas["ListedObject"]
export type ListedVersion = Schemas["ListedVersion"]
export type ListedMarker = Schemas["ListedDeleteMarker"]
export type Folder = Schemas["Folder"]
export type ObjectDetail = Schemas["ObjectDetail"]
export type StoredForm = Schemas["StoredForm"]
export type Overview = Schemas["Overview"]
export type Attention = Schemas["Attention"]
export type TrafficPoint = Schemas["TrafficPoint"]
export type Activation = Schemas["Activation"]
export type RecentRequest = Schemas["RecentRequest"]
export type Presigned = Schemas["PresignedRequest"]

/** How often data that changes by itself is read again while it is shown. */
const LIVE_MS = 5000

export const serverQuery = queryOptions({
  queryKey: ["server"],
  queryFn: async () => await dataOf(api.GET("/api/server")),
  staleTime: 30_000,
})

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: async () => await dataOf(api.GET("/api/overview")),
  refetchInterval: LIVE_MS,
})

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async () => await dataOf(api.GET("/api/health")),
  refetchInterval: LIVE_MS,
})

export const trafficQuery = queryOptions({
  queryKey: ["traffic"],
  queryFn: async () =>
    await dataOf(api.GET("/api/traffic", { params: { query: { seconds: 600 } } })),
  refetchInterval: LIVE_MS,
})

export const jobsQuery = queryOptions({
  queryKey: ["jobs"],
  queryFn: async () => await dataOf(api.GET("/api/jobs")),
  refetchInterval: LIVE_MS,
})

export const rootOfTrustQuery = queryOptions({
  queryKey: ["root-of-trust"],
  queryFn: async () => await dataOf(api.GET("/api/root-of-trust")),
})

export type KeysFilter = QueryOf<"listKeys">

export const keysQuery = (filter: KeysFilter) =>
  queryOptions({
    queryKey: ["keys", filter],
    queryFn: async () => await dataOf(api.GET("/api/keys", { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

/** The keys that can be chosen for new objects. */
export const usableKeysQuery = keysQuery({ state: "Enabled", pageSize: 100, sort: "alias" })

export const keyQuery = (cmkId: string) =>
  queryOptions({
    queryKey: ["key", cmkId],
    queryFn: async () =>
      await dataOf(api.GET("/api/keys/{cmkId}", { params: { path: { cmkId } } })),
  })

export const keyVersionsQuery = (cmkId: string) =>
  queryOptions({
    queryKey: ["key", cmkId, "versions"],
    queryFn: async () =>
      await dataOf(
        api.GET("/api/keys/{cmkId}/versions", {
          params: { path: { cmkId }, query: { pageSize: 100 } },
        }),
      ),
  })

export const dependantsQuery = (cmkId: string) =>
  queryOptions({
    queryKey: ["key", cmkId, "dependants"],
    queryFn: async () =>
      await dataOf(api.GET("/api/keys/{cmkId}/dependants", { params: { path: { cmkId } } })),
    staleTime: 0,
  })

export const bucketsQuery = (prefix: string) =>
  infiniteQueryOptions({
    queryKey: ["buckets", prefix],
    queryFn: async ({ pageParam }) =>
      await dataOf(api.GET("/api/buckets", { params: { query: { prefix, after: pageParam } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })

export const bucketQuery = (bucket: string) =>
  queryOptions({
    queryKey: ["bucket", bucket],
    queryFn: async () =>
      await dataOf(api.GET("/api/buckets/{bucket}", { params: { path: { bucket } } })),
  })

export const statisticsQuery = (bucket: string) =>
  queryOptions({
    queryKey: ["bucket", bucket, "statistics"],
    queryFn: async () =>
      await dataOf(api.GET("/api/buckets/{bucket}/statistics", { params: { path: { bucket } } })),
  })

const ENTRIES_PAGE = 500

/** After a change in a bucket: reads again what is shown of it. */
export async function readBucketAgain(client: QueryClient, bucket: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ["entries", bucket] }),
    client.invalidateQueries({ queryKey: ["versions", bucket] }),
    client.invalidateQueries({ queryKey: ["bucket", bucket] }),
    client.invalidateQueries({ queryKey: ["buckets"] }),
    client.invalidateQueries({ queryKey: ["object"] }),
  ])
}

/** What a folder shows: everything with the prefix, up to the next slash. */
export interface EntriesOf {
  readonly bucket: string
  readonly prefix: string
  readonly showsVersions: boolean
}

interface EntriesPage {
  readonly items: readonly (ListedObject | ListedVersion | ListedMarker | Folder)[]
  /** The marker with which the next page is read; null at the end. */
  readonly next: string | null
}

/** The page of a folder that begins after a marker, "" for the first one. */
export const entriesQuery = ({ bucket, prefix, showsVersions }: EntriesOf, after: string) =>
  queryOptions({
    queryKey: ["entries", bucket, prefix, showsVersions, after],
    refetchOnWindowFocus: false,
    // A long folder has many pages; what was scrolled past is soon forgotten.
    gcTime: 60_000,
    queryFn: async (): Promise<EntriesPage> => {
      const query = { prefix, delimiter: "/" as const, after, limit: ENTRIES_PAGE }
      const params = { path: { bucket }, query }
      return showsVersions
        ? await dataOf(api.GET("/api/buckets/{bucket}/versions", { params }))
        : await dataOf(api.GET("/api/buckets/{bucket}/objects", { params }))
    },
  })

/** The versions of an object, and those of longer names that begin with its name. */
export const versionsQuery = (bucket: string, objectKey: string) =>
  infiniteQueryOptions({
    queryKey: ["versions", bucket, objectKey],
    refetchOnWindowFocus: false,
    queryFn: async ({ pageParam }) =>
      await dataOf(
        api.GET("/api/buckets/{bucket}/versions", {
          params: {
            path: { bucket },
            query: { prefix: objectKey, after: pageParam, limit: ENTRIES_PAGE },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  })

export interface ObjectName {
  readonly bucket: string
  readonly objectKey: string
  readonly versionId?: string | undefined
}

const objectParameters = ({ bucket, objectKey, versionId }: ObjectName) => ({
  path: { bucket },
  query: { objectKey, ...(versionId === undefined ? {} : { versionId }) },
})

export const objectQuery = (name: ObjectName) =>
  queryOptions({
    queryKey: ["object", name],
    queryFn: async () =>
      await dataOf(api.GET("/api/buckets/{bucket}/object", { params: objectParameters(name) })),
  })

export const storedFormQuery = (name: ObjectName) =>
  queryOptions({
    queryKey: ["stored-form", name],
    queryFn: async () =>
      await dataOf(
        api.GET("/api/buckets/{bucket}/object/stored-form", { params: objectParameters(name) }),
      ),
  })

export const uploadsQuery = (bucket: string) =>
  infiniteQueryOptions({
    queryKey: ["uploads", bucket],
    queryFn: async ({ pageParam }) =>
      await dataOf(
        api.GET("/api/buckets/{bucket}/uploads", {
          params: { path: { bucket }, query: { after: pageParam } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  })

export type RequestsFilter = Omit<QueryOf<"listRequests">, "after" | "limit">

export const requestsQuery = (filter: RequestsFilter) =>
  infiniteQueryOptions({
    queryKey: ["requests", filter],
    queryFn: async ({ pageParam }) =>
      await dataOf(
        api.GET("/api/requests", { params: { query: { ...filter, after: pageParam } } }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })
