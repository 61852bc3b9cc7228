/** An invalid name of a bucket or an object. */
export class NameRefused extends Error {
  override name = "NameRefused"
  readonly kind: "bucket" | "object"
  readonly text: string
  constructor(kind: "bucket" | "object", text: string, message: string) {
    super(message)
    this.kind = kind
    this.text = text
  }
}
