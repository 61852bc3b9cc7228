type Headers = readonly (readonly [name: string, value: string])[]

const COMMON: Headers = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
]

/** For responses that no browser displays: JSON, and errors. */
export const DATA_HEADERS: Headers = [
  ...COMMON,
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["X-Frame-Options", "DENY"],
  ["Cache-Control", "no-store"],
]

/** For the console's pages and files; `ossEndpoint` is where uploads go. */
export function pageHeaders(ossEndpoint: string): Headers {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${ossEndpoint}`,
    "frame-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return [...COMMON, ["Content-Security-Policy", policy.join("; ")], ["X-Frame-Options", "DENY"]]
}

/**
 * For the bytes of an object that the console shows in a frame. Nothing in them runs, loads or leaves, and they have
 * their own origin. Only a PDF is not sandboxed, because browsers show no PDF in a sandbox, and a PDF is not a page of
 * the origin.
 */
export function previewHeaders(contentType: string): Headers {
  // Chromium's PDF viewer is a plug-in of the response itself, so the response's policy must allow it.
  const isPdf = contentType === "application/pdf"
  const policy = [
    ...(isPdf ? [] : ["sandbox"]),
    "default-src 'none'",
    ...(isPdf ? ["object-src 'self'"] : []),
    "style-src 'unsafe-inline'",
    "frame-ancestors 'self'",
  ]
  return [
    ...COMMON,
    ["Content-Security-Policy", policy.join("; ")],
    ["X-Frame-Options", "SAMEORIGIN"],
    ["Cache-Control", "private, no-store"],
    ["Content-Type", contentType],
    ["Content-Disposition", "inline"],
  ]
}
