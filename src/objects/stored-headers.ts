/** Headers that a client stores with an object and gets back, besides those with META_PREFIX. */
export const STORED_HEADERS = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
] as const

export const META_PREFIX = "x-oss-meta-"

/** The limit for the names and values of metadata together. Source: the service's page "PutObject". */
export const META_BYTES_MAX: number = 8 * 1024

/** Whether a header of that name, in lower case, is stored with an object. */
export function isStoredHeader(name: string): boolean {
  return name.startsWith(META_PREFIX) || STORED_HEADERS.some((each) => each === name)
}

/** The size of names and values together. */
export function metadataBytes(headers: Iterable<readonly [name: string, value: string]>): number {
  let bytes = 0
  for (const [name, value] of headers) {
    if (name.startsWith(META_PREFIX)) bytes += name.length + value.length
  }
  return bytes
}
