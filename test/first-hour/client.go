package main

import (
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aliyun/aliyun-oss-go-sdk/oss"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	env := os.Getenv
	client, err := oss.New(env("OSS_ENDPOINT"), env("OSS_ACCESS_KEY_ID"), env("OSS_ACCESS_KEY_SECRET"))
	check(err)
	check(client.CreateBucket(env("BUCKET")))
	bucket, err := client.Bucket(env("BUCKET"))
	check(err)
	check(bucket.PutObject("hello.txt", strings.NewReader("hello"), oss.ServerSideEncryption("KMS")))
	var headers http.Header
	body, err := bucket.GetObject("hello.txt", oss.GetResponseHeader(&headers))
	check(err)
	bytes, err := io.ReadAll(body)
	check(err)
	if string(bytes) != "hello" || headers.Get("X-Oss-Server-Side-Encryption") != "KMS" {
		panic("it is not the object that was sealed")
	}
}
