// The call of the try-it page as code that runs unchanged, with the credentials from the environment.

export const SAMPLE_LANGUAGES = ["Node", "Python", "Go", "Java", "curl", "CLI"] as const
export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number]

/** A call of the KMS API. */
export interface Call {
  readonly action: "Encrypt" | "Decrypt" | "GenerateDataKey"
  /** Parameters of the API, by their names there. */
  readonly parameters: Readonly<Record<string, string | number>>
  readonly encryptionContext: Readonly<Record<string, string>> | undefined
}

export interface Target {
  readonly region: string
  /** Such as http://127.0.0.1:9401 */
  readonly kmsEndpoint: string
}

interface Parts {
  readonly call: Call
  readonly region: string
  readonly host: string
  readonly protocol: string
}

type Sample = (parts: Parts) => string

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)
const snake = (name: string): string =>
  name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
const literal = (value: string | number): string => JSON.stringify(value)

function fields(call: Call, line: (name: string, value: string) => string): string {
  return Object.entries(call.parameters)
    .map(([name, value]) => line(name, literal(value)))
    .join("\n")
}

const node: Sample = ({ call, region, host, protocol }) => {
  const context =
    call.encryptionContext === undefined
      ? ""
      : `\n    encryptionContext: ${JSON.stringify(call.encryptionContext)},`
  return `// npm install @alicloud/kms20160120@1 @alicloud/openapi-client
import kms from "@alicloud/kms20160120"
import { Config } from "@alicloud/openapi-client"

const client = new kms.default(
  new Config({
    accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    regionId: ${literal(region)},
    endpoint: ${literal(host)},
    protocol: ${literal(protocol)},
  }),
)
const answer = await client.${lowerFirst(call.action)}(
  new kms.${call.action}Request({
${fields(call, (name, value) => `    ${lowerFirst(name)}: ${value},`)}${context}
  }),
)
console.log(answer.body ?? answer)`
}

const python: Sample = ({ call, region, host, protocol }) => {
  const context =
    call.encryptionContext === undefined
      ? ""
      : `\n    encryption_context=${JSON.stringify(call.encryptionContext)},`
  return `# pip install alibabacloud_kms20160120
import os
from alibabacloud_kms20160120.client import Client
from alibabacloud_kms20160120 import models
from alibabacloud_tea_openapi.models import Config

client = Client(Config(
    access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
    access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    region_id=${literal(region)},
    endpoint=${literal(host)},
    protocol=${literal(protocol)},
))
answer = client.${snake(call.action)}(models.${call.action}Request(
${fields(call, (name, value) => `    ${snake(name)}=${value},`)}${context}
))
print(answer.body)`
}

const goValue = (value: string): string =>
  /^\d+$/.test(value) ? `tea.Int32(${value})` : `tea.String(${value})`

const go: Sample = ({ call, region, host, protocol }) => {
  const context =
    call.encryptionContext === undefined
      ? ""
      : `\n\t\tEncryptionContext: map[string]interface{}{${Object.entries(call.encryptionContext)
          .map(([name, value]) => `${literal(name)}: ${literal(value)}`)
          .join(", ")}},`
  return `// go get github.com/alibabacloud-go/kms-20160120/v3
package main

import (
	"fmt"
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	kms "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"
)

func main() {
	client, err := kms.NewClient(&openapi.Config{
		AccessKeyId:     tea.String(os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID")),
		AccessKeySecret: tea.String(os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")),
		RegionId:        tea.String(${literal(region)}),
		Endpoint:        tea.String(${literal(host)}),
		Protocol:        tea.String(${literal(protocol)}),
	})
	if err != nil {
		panic(err)
	}
	answer, err := client.${call.action}(&kms.${call.action}Request{
${fields(call, (name, value) => `\t\t${name}: ${goValue(value)},`)}${context}
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Body)
}`
}

const java: Sample = ({ call, region, host, protocol }) => {
  const context =
    call.encryptionContext === undefined
      ? ""
      : `\n    .setEncryptionContext(java.util.Map.of(${Object.entries(call.encryptionContext)
          .flatMap(([name, value]) => [literal(name), literal(value)])
          .join(", ")}))`
  return `// Maven: com.aliyun:kms20160120
import com.aliyun.kms20160120.Client;
import com.aliyun.kms20160120.models.${call.action}Request;
import com.aliyun.teaopenapi.models.Config;

public class Sample {
  public static void main(String[] arguments) throws Exception {
    var client = new Client(new Config()
        .setAccessKeyId(System.getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"))
        .setAccessKeySecret(System.getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"))
        .setRegionId(${literal(region)})
        .setEndpoint(${literal(host)})
        .setProtocol(${literal(protocol)}));
    var request = new ${call.action}Request()
${fields(call, (name, value) => `        .set${name}(${value})`)}${context.replace("\n    ", "\n        ")};
    System.out.println(client.${lowerFirst(call.action)}(request).getBody().toMap());
  }
}`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const cli: Sample = ({ call, region, host, protocol }) => {
  const insecure = protocol === "http" ? " --insecure" : ""
  const context =
    call.encryptionContext === undefined
      ? ""
      : ` \\\n  --EncryptionContext ${quoted(JSON.stringify(call.encryptionContext))}`
  const values = Object.entries(call.parameters)
    .map(([name, value]) => ` \\\n  --${name} ${quoted(String(value))}`)
    .join("")
  return `# The Alibaba Cloud CLI, with a profile that holds the access key
aliyun kms ${call.action} --endpoint ${host}${insecure} --region ${region} --version 2016-01-20 --force${values}${context}`
}

/** Percent-encodes as RFC 3986 does, which the signature requires. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/**
 * Signed with RPC V1, the only signature that a shell computes in one line. The parameters are in the order of the signature.
 */
const curl: Sample = ({ call, region, host, protocol }) => {
  const context =
    call.encryptionContext === undefined
      ? {}
      : { EncryptionContext: JSON.stringify(call.encryptionContext) }
  const fixed = { Format: "JSON", RegionId: region, SignatureMethod: "HMAC-SHA1" }
  const version = { SignatureVersion: "1.0", Version: "2016-01-20" }
  const known: Readonly<Record<string, string | number>> = {
    Action: call.action,
    ...call.parameters,
    ...context,
    ...fixed,
    ...version,
  }
  const query = Object.entries(known).map(([name, value]) => [name, encode(String(value))] as const)
  const made = [
    ["AccessKeyId", "$ALIBABA_CLOUD_ACCESS_KEY_ID"],
    ["SignatureNonce", "$(openssl rand -hex 16)"],
    ["Timestamp", "$(date -u +%Y-%m-%dT%H%%3A%M%%3A%SZ)"],
  ] as const
  const lines = [...query, ...made]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value], index) => `query="${index === 0 ? "" : "$query&"}${name}=${value}"`)
  return `# curl and openssl
${lines.join("\n")}
signed="POST&%2F&$(printf %s "$query" | sed 's/%/%25/g; s/&/%26/g; s/=/%3D/g')"
signature=$(printf %s "$signed" |
  openssl dgst -sha1 -hmac "$ALIBABA_CLOUD_ACCESS_KEY_SECRET&" -binary | base64)
curl -sS ${protocol}://${host}/ -d "$query" --data-urlencode "Signature=$signature"`
}

const SAMPLES: Readonly<Record<SampleLanguage, Sample>> = {
  Node: node,
  Python: python,
  Go: go,
  Java: java,
  curl,
  CLI: cli,
}

/** The call as a complete program, or command, in that language. */
export function codeSample(language: SampleLanguage, call: Call, target: Target): string {
  const { host, protocol } = new URL(target.kmsEndpoint)
  return SAMPLES[language]({
    call,
    region: target.region,
    host,
    protocol: protocol.replace(":", ""),
  })
}
