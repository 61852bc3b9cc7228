import OSS from "ali-oss"
import type { ServerProcess } from "./server-process.ts"

/** The official client, signing with V4, connected to a server that a script started. */
export function ossClient(server: ServerProcess, bucket: string): OSS {
  return new OSS({
    endpoint: server.ossEndpoint,
    region: `oss-${server.region}`,
    accessKeyId: server.accessKeyId,
    accessKeySecret: server.accessKeySecret,
    authorizationV4: true,
    bucket,
    timeout: 120_000,
  })
}
