import { SESSION_MS } from "../identity/console-sessions.ts"
import type { AdminRequest } from "./request.ts"

/**
 * Cookies ignore ports, so the port is part of the name: several consoles on one host do not sign each other out. Under
 * TLS the prefix makes the browser refuse the cookie from any other host or path.
 */
function cookieName({ reached, port }: AdminRequest): string {
  return `${reached.isSecure ? "__Host-" : ""}osseal-session-${port}`
}

/** The token of the session, or undefined. The name that the browser sends shows whether it came over TLS. */
export function sessionToken(request: AdminRequest): string | undefined {
  const { port, cookies } = request
  const ports = new Set([port, "443", "80"])
  for (const each of ports) {
    const name = `osseal-session-${each}`
    const token = cookies.get(`__Host-${name}`) ?? cookies.get(name)
    if (token !== undefined) return token
  }
  return undefined
}

/** The value of Set-Cookie that keeps a session; without a token, the one that ends it. */
export function sessionCookie(request: AdminRequest, token?: string): string {
  const [value, seconds] = token === undefined ? ["", 0] : [token, SESSION_MS / 1000]
  const secure = request.reached.isSecure ? "; Secure" : ""
  return `${cookieName(request)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
}
