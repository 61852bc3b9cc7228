/** The bucket and the object that an address names; "" is none. Not yet checked as names. */
export interface Reading {
  readonly bucketName: string
  readonly objectKey: string
}

type Decode = (text: string) => string

/**
 * What a Host header and a path may mean. A bucket is the first label of the host under one of our domains, or of any
 * *.aliyuncs.com name, which ali-oss sends even to an IP address (with an empty first label when there is none); or else
 * the first segment of the path. With ali-oss's `sldEnable` and an IP address both name the bucket, which could also be an object
 * whose name starts so: then there are two readings.
 */
export function readAddress(
  host: string,
  path: string,
  domains: readonly string[],
  decode: Decode,
): readonly [Reading, ...Reading[]] {
  const bucketName = bucketOfHost(hostName(host), domains)
  if (bucketName === "") return [readPathStyle(path, decode)]
  const byHost = { bucketName, objectKey: decode(path.slice(1)) }
  const byPath = readPathStyle(path, decode)
  return byPath.bucketName === bucketName ? [byHost, byPath] : [byHost]
}

/** `/bucket`, `/bucket/` and `/bucket/key`; the key is decoded once, after the bucket was cut off. */
function readPathStyle(path: string, decode: Decode): Reading {
  const slash = path.indexOf("/", 1)
  return slash === -1
    ? { bucketName: decode(path.slice(1)), objectKey: "" }
    : { bucketName: decode(path.slice(1, slash)), objectKey: decode(path.slice(slash + 1)) }
}

/** Without the port, in lower case. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase()
}

/** The bucket in a virtual host's name, "" when the host names none. */
function bucketOfHost(name: string, domains: readonly string[]): string {
  for (const domain of domains) {
    if (name === domain) return ""
    if (name.endsWith(`.${domain}`)) return name.slice(0, -domain.length - 1)
  }
  if (!name.endsWith(".aliyuncs.com")) return ""
  const labels = name.slice(0, -".aliyuncs.com".length).split(".")
  // "oss-cn-hangzhou" alone is an endpoint, whose paths name the bucket; two labels are bucket and endpoint.
  return labels.length < 2 ? "" : labels.slice(0, -1).join(".")
}
