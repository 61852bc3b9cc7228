package scenario

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hashicorp/go-kms-wrapping/wrappers/alicloudkms/v2"
)

// The seal "alicloudkms" of Vault and OpenBao.

func sealEnvironment(cmkID string) map[string]string {
	return map[string]string{
		"ALICLOUD_DOMAIN":               endpoint,
		"ALICLOUD_REGION":               region,
		"ALICLOUD_ACCESS_KEY":           keyID,
		"ALICLOUD_SECRET_KEY":           keySecret,
		"VAULT_ALICLOUDKMS_SEAL_KEY_ID": cmkID,
	}
}

func TestSealWrapsAndUnwrapsUntilItsCmkIsDisabled(t *testing.T) {
	kms := newSdkGo(t, keySecret)
	cmkID, err := kms.create("seal")
	must(t, err)
	for name, value := range sealEnvironment(cmkID) {
		t.Setenv(name, value)
	}
	seal := alicloudkms.NewWrapper()
	_, err = seal.SetConfig(context.Background())
	must(t, err)
	root := "the barrier's root key"
	wrapped, err := seal.Encrypt(context.Background(), []byte(root))
	must(t, err)
	equal(t, wrapped.KeyInfo.KeyId, cmkID)
	opened, err := seal.Decrypt(context.Background(), wrapped)
	must(t, err)
	equal(t, string(opened), root)
	must(t, kms.disable(cmkID))
	_, err = seal.Decrypt(context.Background(), wrapped)
	if err == nil || !strings.Contains(err.Error(), "Rejected.Disabled") {
		t.Fatalf("found %v, wanted Rejected.Disabled", err)
	}
}

func TestSealPassesItsOwnAcceptanceTest(t *testing.T) {
	cmkID, err := newSdkGo(t, keySecret).create("seal")
	must(t, err)
	command := exec.Command(
		"go", "test", "-count=1", "-v", "-run", "^TestAccAliCloudKmsWrapper_Lifecycle$",
		"github.com/hashicorp/go-kms-wrapping/wrappers/alicloudkms/v2",
	)
	command.Env = append(os.Environ(), "KMS_ACC_TESTS=1")
	for name, value := range sealEnvironment(cmkID) {
		command.Env = append(command.Env, name+"="+value)
	}
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "PASS: TestAcc") {
		// Its lines would be taken for results of this suite.
		t.Fatal(err, strings.ReplaceAll(string(output), "--- ", ""))
	}
}
