import assert from "node:assert/strict"
import { test } from "node:test"
import { parseParameters } from "./parameters.ts"
import type { KmsRequest } from "./request.ts"
import { signatureAcs3, stringToSignAcs3 } from "./signature-acs3.ts"
import { signatureV1, stringToSignV1 } from "./signature-v1.ts"

// AlibabaCloudDocs/kms @53ad4d2, "Signature": the request URL of the example (facts only). The signature that the page
// prints next to it belongs to a misprinted string; this one follows from the page's own rules.
const V1_QUERY =
  "Action=CreateKey&SignatureVersion=1.0&Format=json&Version=2016-01-20&AccessKeyId=testid&SignatureMethod=HMAC-SHA1" +
  "&Timestamp=2016-03-28T03%3A13%3A08Z"

test("the RPC signature of the documented CreateKey request", () => {
  const stringToSign = stringToSignV1("GET", parseParameters(`${V1_QUERY}&Signature=ignored`))
  assert.equal(
    stringToSign,
    "GET&%2F&AccessKeyId%3Dtestid%26Action%3DCreateKey%26Format%3Djson%26SignatureMethod%3DHMAC-SHA1" +
      "%26SignatureVersion%3D1.0%26Timestamp%3D2016-03-28T03%253A13%253A08Z%26Version%3D2016-01-20",
  )
  const signature = signatureV1("testsecret", stringToSign).toString("base64")
  assert.equal(signature, "41wk2SSX1GJh7fwnc5eqOfiJPFg=")
})

test("an empty parameter stays in the string to sign", () => {
  assert.equal(stringToSignV1("POST", parseParameters("b=&a=1")), "POST&%2F&a%3D1%26b%3D")
})

// "V3 request syntax and signature method" of the service's help pages: the worked example with its fixed values.
test("the ACS3 signature of the documented RunInstances request", () => {
  const headers = {
    host: "ecs.cn-shanghai.aliyuncs.com",
    "x-acs-action": "RunInstances",
    "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "x-acs-date": "2023-10-26T10:22:32Z",
    "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    "x-acs-version": "2014-05-26",
  }
  const query = parseParameters(
    "RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
  )
  const request: KmsRequest = {
    method: "POST",
    query,
    parameters: query,
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body: Buffer.alloc(0),
    signedBy: "header",
  }
  const stringToSign = stringToSignAcs3(request, Object.keys(headers))
  assert.equal(
    stringToSign,
    "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
  )
  assert.equal(
    signatureAcs3("YourAccessKeySecret", stringToSign).toString("hex"),
    "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
  )
})
