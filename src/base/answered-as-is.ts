/** An error that is answered as it says, in the form of the protocol whose request met it. Tests throw it. */
export class AnsweredAsIs extends Error {
  override name = "AnsweredAsIs"
  readonly status: number
  readonly code: string
  readonly ec: undefined
  readonly fields: Readonly<Record<string, string>> = {}
  readonly headers: Readonly<Record<string, string>> = {}
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
