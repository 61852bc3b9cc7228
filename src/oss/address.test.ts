import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { otherProduct, readAddress, resourcePath } from "./address.ts"

const DOMAINS = ["localhost", "oss.example.org"]

function readings(host: string, path: string): string[] {
  return readAddress(host, path, DOMAINS, decodeURIComponent).map(
    ({ bucketName, objectKey }) => `${bucketName}|${objectKey}`,
  )
}

describe("path style names the bucket in the path, on any host", () => {
  const cases: [host: string, path: string, reading: string][] = [
    ["127.0.0.1:9400", "/", "|"],
    ["127.0.0.1:9400", "/bucket/", "bucket|"],
    ["127.0.0.1:9400", "/bucket/dir/a.txt", "bucket|dir/a.txt"],
    ["127.0.0.1:9400", "/bucket/dir%2Fa.txt", "bucket|dir/a.txt"],
    ["127.0.0.1:9400", "/bucket/a+b%20c%252F", "bucket|a+b c%2F"],
    ["127.0.0.1:9400", "/bucket//a", "bucket|/a"],
    ["127.0.0.1:9400", "/bucket/../other/a", "bucket|../other/a"],
    ["127.0.0.1:9400", "//a", "|a"],
    ["[::1]:9400", "/bucket/a", "bucket|a"],
    ["localhost:9400", "/bucket/a", "bucket|a"],
    ["oss.example.org", "/bucket/a", "bucket|a"],
    ["notlocalhost", "/bucket/a", "bucket|a"],
    ["oss-cn-hangzhou.aliyuncs.com", "/bucket/a", "bucket|a"],
    ["aliyuncs.com", "/bucket/a", "bucket|a"],
    ["", "/bucket/a", "bucket|a"],
  ]
  for (const [host, path, reading] of cases) {
    test(`${host} ${path}`, () => assert.deepEqual(readings(host, path), [reading]))
  }
})

describe("a virtual host names the bucket in its first label", () => {
  const cases: [host: string, path: string, reading: string][] = [
    ["bucket.localhost", "/", "bucket|"],
    ["bucket.localhost:9400", "/dir/a%20b", "bucket|dir/a b"],
    ["BUCKET.LocalHost", "/a", "bucket|a"],
    ["bucket.oss.example.org", "//a", "bucket|/a"],
    ["bucket.oss-cn-hangzhou.aliyuncs.com", "/a", "bucket|a"],
    ["bucket.oss-cn-hangzhou-internal.aliyuncs.com", "/a", "bucket|a"],
    ["a.b.oss-cn-hangzhou.aliyuncs.com", "/c", "a.b|c"],
    ["bucket.cn-hangzhou.aliyuncs.com", "/other/a", "bucket|other/a"],
  ]
  for (const [host, path, reading] of cases) {
    test(`${host} ${path}`, () => assert.deepEqual(readings(host, path), [reading]))
  }
})

test("an empty first label, as ali-oss sends it, names no bucket", () => {
  assert.deepEqual(readings(".oss-cn-hangzhou.aliyuncs.com", "/"), ["|"])
  assert.deepEqual(readings(".localhost", "/"), ["|"])
})

test("a bucket without a slash has two readings, as clients sign it with a slash or without", () => {
  const both = readAddress("127.0.0.1", "/bucket", DOMAINS, decodeURIComponent)
  const bucket = { bucketName: "bucket", objectKey: "" }
  assert.deepEqual(both, [bucket, { ...bucket, isBare: true }])
  assert.deepEqual(both.map(resourcePath), ["/bucket/", "/bucket"])
  assert.deepEqual(readings("127.0.0.1", "/bucket%2Fa"), ["bucket/a|", "bucket/a|"])
})

test("a host that ends with a dot is the same host", () => {
  assert.deepEqual(readings("bucket.localhost.:9400", "/a"), ["bucket|a"])
  assert.deepEqual(readings("oss-cn-hangzhou.aliyuncs.com.", "/bucket/a"), ["bucket|a"])
})

test("hosts of other products are distinguished from hosts of OSS", () => {
  const cases = {
    "sts.aliyuncs.com": "sts",
    "STS.cn-hangzhou.aliyuncs.com:443": "sts",
    "sts-vpc.cn-hangzhou.aliyuncs.com": "sts",
    "resourcemanager.aliyuncs.com.": "resourcemanager",
    "kms.cn-hangzhou.aliyuncs.com": "kms",
    "sts.oss-cn-hangzhou.aliyuncs.com": undefined,
    "bucket.cn-hangzhou.aliyuncs.com": undefined,
    "oss-cn-hangzhou.aliyuncs.com": undefined,
    "sts.example.org": undefined,
    "sts.localhost": undefined,
  }
  for (const [host, product] of Object.entries(cases)) {
    assert.equal(otherProduct(host, DOMAINS), product, host)
  }
})

test("a bucket in both the host and the path has two readings, the host's first", () => {
  const host = "bucket.oss-cn-hangzhou.aliyuncs.com"
  assert.deepEqual(readings(host, "/bucket/a"), ["bucket|bucket/a", "bucket|a"])
  assert.deepEqual(readings(host, "/bucket"), ["bucket|bucket", "bucket|", "bucket|"])
  assert.deepEqual(readings(host, "/bucket2/a"), ["bucket|bucket2/a"])
})
