import type { Settings } from "./operation.ts"

/** The host names that clients expect for the region's endpoints; SDKs compare them, and some connect to them. */
export function endpoints({ region }: Pick<Settings, "region">): {
  readonly location: string
  readonly extranet: string
  readonly intranet: string
} {
  const location = `oss-${region}`
  return {
    location,
    extranet: `${location}.aliyuncs.com`,
    intranet: `${location}-internal.aliyuncs.com`,
  }
}
