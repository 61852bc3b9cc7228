/** A non-empty run of bytes; both ends are included, as in an HTTP Range header. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

export function rangeSizeBytes(range: ByteRange): number {
  return range.last - range.first + 1
}
