import { Failure } from "../api/failure.ts"
import type { Presigned } from "../api/queries.ts"

/** The code and message of an error response of the OSS listener. */
function failureOf(request: XMLHttpRequest): Failure {
  const document = new DOMParser().parseFromString(request.responseText, "text/xml")
  const field = (name: string): string => document.querySelector(name)?.textContent ?? ""
  const code = field("Code")
  return new Failure({
    code: request.status === 0 ? "Unreachable" : "UploadFailed",
    message: code === "" ? request.statusText : `${code}: ${field("Message")}`,
    status: request.status,
    requestId: request.getResponseHeader("x-oss-request-id") ?? undefined,
  })
}

/**
 * Sends `content` straight to the object store with a presigned request, and resolves with the ETag, without quotes.
 * `onProgress` receives the number of bytes sent so far. Throws Failure, or the signal's reason.
 */
export async function send(
  presigned: Presigned,
  content: Blob,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  // fetch does not report how much of a body has been sent.
  const request = new XMLHttpRequest()
  request.open(presigned.method, presigned.url)
  for (const { name, value } of presigned.headers) request.setRequestHeader(name, value)
  return await new Promise<string>((resolve, reject) => {
    const abort = (): void => {
      request.abort()
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"))
    }
    if (signal.aborted) {
      abort()
      return
    }
    signal.addEventListener("abort", abort)
    request.upload.onprogress = (event) => onProgress(event.loaded)
    request.onloadend = () => signal.removeEventListener("abort", abort)
    request.onerror = () => reject(failureOf(request))
    request.onload = () => {
      const etag = request.getResponseHeader("etag")
      if (request.status >= 200 && request.status < 300 && etag !== null) {
        resolve(etag.replaceAll('"', ""))
      } else reject(failureOf(request))
    }
    request.send(content)
  })
}
