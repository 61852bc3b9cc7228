package scenario

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/aliyun/aliyun-oss-go-sdk/oss"
	osscrypto "github.com/aliyun/aliyun-oss-go-sdk/oss/crypto"
)

// Objects that the OSS client encrypts itself, with keys that the key service wraps.
func TestOssClientEncryptsWithKeysOfTheKeyService(t *testing.T) {
	kms := newSdkGo(t, keySecret).(sdkGo)
	cmkID, err := kms.create("client side")
	must(t, err)
	client, err := oss.New(os.Getenv("SCENARIO_OSS_ENDPOINT"), keyID, keySecret)
	must(t, err)
	bucketName := "client-side-" + cmkID
	must(t, client.CreateBucket(bucketName))
	plain, err := client.Bucket(bucketName)
	must(t, err)
	description := map[string]string{"purpose": "scenario"}
	master, err := osscrypto.CreateMasterAliKms(description, cmkID, kms.client)
	must(t, err)
	bucket, err := osscrypto.GetCryptoBucket(client, bucketName, osscrypto.CreateAesCtrCipher(master))
	must(t, err)

	content := bytes.Repeat([]byte("secret "), 100_000)
	must(t, bucket.PutObject("a", bytes.NewReader(content)))
	equal(t, read(t, bucket.GetObject, "a") == string(content), true)
	equal(t, strings.Contains(read(t, plain.GetObject, "a"), "secret"), false)
	part := read(t, bucket.GetObject, "a", oss.Range(7, 12))
	equal(t, part, "secret")

	must(t, kms.disable(cmkID))
	_, err = bucket.GetObject("a")
	// The client passes the error on as text.
	if err == nil || !strings.Contains(err.Error(), "ErrorCode: Rejected.Disabled") {
		t.Fatalf("found %v, wanted Rejected.Disabled", err)
	}
}

func read(
	t *testing.T,
	get func(string, ...oss.Option) (io.ReadCloser, error),
	objectKey string,
	options ...oss.Option,
) string {
	t.Helper()
	body, err := get(objectKey, options...)
	must(t, err)
	defer body.Close()
	content, err := io.ReadAll(body)
	must(t, err)
	return string(content)
}
