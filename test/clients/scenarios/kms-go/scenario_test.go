// Package scenario uses the key service over https with the two Go clients of KMS as they come from the registry.
package scenario

import (
	"encoding/base64"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var (
	endpoint  = os.Getenv("SCENARIO_KMS_ENDPOINT")
	region    = os.Getenv("SCENARIO_REGION")
	keyID     = os.Getenv("SCENARIO_ACCESS_KEY_ID")
	keySecret = os.Getenv("SCENARIO_ACCESS_KEY_SECRET")
)

type encryptionContext map[string]string

// keyService is what both clients do; an error's code is what the client tells its user.
type keyService interface {
	create(description string) (cmkID string, err error)
	describe(cmkID string) (state, description string, err error)
	list(page, size int) (cmkIDs []string, total int, err error)
	encrypt(cmkID, plaintext string, context encryptionContext) (blob, usedCmkID string, err error)
	decrypt(blob string, context encryptionContext) (plaintext string, err error)
	dataKey(cmkID string) (plaintext, blob string, err error)
	hiddenDataKey(cmkID string) (blob string, err error)
	createAlias(name, cmkID string) error
	deleteAlias(name string) error
	aliases(cmkID string) ([]string, error)
	disable(cmkID string) error
	enable(cmkID string) error
	scheduleDeletion(cmkID string, days int) error
	cancelDeletion(cmkID string) error
	code(err error) string
}

var clients = map[string]func(t *testing.T, secret string) keyService{
	"alibaba-cloud-sdk-go": newSdkGo,
	"kms-20160120":         newTyped,
}

func forEach(t *testing.T, scenario func(t *testing.T, kms keyService, cmkID string)) {
	for name, connect := range clients {
		t.Run(name, func(t *testing.T) {
			kms := connect(t, keySecret)
			cmkID, err := kms.create("scenario")
			must(t, err)
			scenario(t, kms, cmkID)
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, found, wanted any) {
	t.Helper()
	if fmt.Sprint(found) != fmt.Sprint(wanted) {
		t.Fatalf("found %v, wanted %v", found, wanted)
	}
}

func refused(t *testing.T, kms keyService, err error, wanted string) {
	t.Helper()
	if err == nil {
		t.Fatalf("found no error, wanted %s", wanted)
	}
	equal(t, kms.code(err), wanted)
}

func TestCreatesDescribesAndListsACmk(t *testing.T) {
	forEach(t, func(t *testing.T, kms keyService, cmkID string) {
		state, description, err := kms.describe(cmkID)
		must(t, err)
		equal(t, state, "Enabled")
		equal(t, description, "scenario")
		_, total, err := kms.list(1, 1)
		must(t, err)
		var found []string
		for page := 1; page <= total; page++ {
			ids, _, err := kms.list(page, 1)
			must(t, err)
			found = append(found, ids...)
		}
		equal(t, len(found), total)
		equal(t, slices.Contains(found, cmkID), true)
	})
}

func TestEncryptsAndDecryptsBoundToAContext(t *testing.T) {
	forEach(t, func(t *testing.T, kms keyService, cmkID string) {
		context := encryptionContext{"b": "2", "a c": "va=lue&~*'()!", "schlüssel": "😀"}
		plaintext := "not base64: ü ~*'()! + / = 😀"
		blob, used, err := kms.encrypt(cmkID, plaintext, context)
		must(t, err)
		equal(t, used, cmkID)
		opened, err := kms.decrypt(blob, context)
		must(t, err)
		equal(t, opened, plaintext)
		_, err = kms.decrypt(blob, nil)
		refused(t, kms, err, "InvalidParameter")
		_, err = kms.decrypt(blob, encryptionContext{"b": "3"})
		refused(t, kms, err, "InvalidParameter")
	})
}

func TestEncryptsTheLongestPlaintext(t *testing.T) {
	forEach(t, func(t *testing.T, kms keyService, cmkID string) {
		longest := strings.Repeat("+", 6144)
		blob, _, err := kms.encrypt(cmkID, longest, nil)
		must(t, err)
		opened, err := kms.decrypt(blob, nil)
		must(t, err)
		equal(t, opened, longest)
	})
}

func TestMakesDataKeysWithAndWithoutTheirPlaintext(t *testing.T) {
	forEach(t, func(t *testing.T, kms keyService, cmkID string) {
		plaintext, blob, err := kms.dataKey(cmkID)
		must(t, err)
		opened, err := kms.decrypt(blob, nil)
		must(t, err)
		equal(t, opened, plaintext)
		hidden, err := kms.hiddenDataKey(cmkID)
		must(t, err)
		found, err := kms.decrypt(hidden, nil)
		must(t, err)
		bytes, err := base64.StdEncoding.DecodeString(found)
		must(t, err)
		equal(t, len(bytes), 32)
	})
}

func TestUsesACmkByItsAlias(t *testing.T) {
	forEach(t, func(t *testing.T, kms keyService, cmkID string) {
		alias := "alias/scenario/" + cmkID
		must(t, kms.createAlias(alias, cmkID))
		refused(t, kms, kms.createAlias(alias, cmkID), "AliasAlreadyExists")
		_, used, err := kms.encrypt(alias, "a", nil)
		must(t, err)
		equal(t, used, cmkID)
		names, err := kms.aliases(cmkID)
		must(t, err)
		equal(t, names, []string{alias})
		must(t, kms.deleteAlias(alias))
		_, _, err = kms.encrypt(alias, "a", nil)
		refused(t, kms, err, "Forbidden.AliasNotFound")
	})
}

func TestRefusesADisabledCmkUntilItIsEnabled(t *testing.T) {
	forEach(t, func(t *testing.T, kms keyService, cmkID string) {
		blob, _, err := kms.encrypt(cmkID, "a", nil)
		must(t, err)
		must(t, kms.disable(cmkID))
		state, _, err := kms.describe(cmkID)
		must(t, err)
		equal(t, state, "Disabled")
		_, _, err = kms.encrypt(cmkID, "a", nil)
		refused(t, kms, err, "Rejected.Disabled")
		_, err = kms.decrypt(blob, nil)
		refused(t, kms, err, "Rejected.Disabled")
		must(t, kms.enable(cmkID))
		opened, err := kms.decrypt(blob, nil)
		must(t, err)
		equal(t, opened, "a")
	})
}

func TestRefusesACmkWhoseDeletionIsScheduledUntilThatIsCancelled(t *testing.T) {
	forEach(t, func(t *testing.T, kms keyService, cmkID string) {
		blob, _, err := kms.encrypt(cmkID, "a", nil)
		must(t, err)
		refused(t, kms, kms.scheduleDeletion(cmkID, 6), "InvalidParameter")
		must(t, kms.scheduleDeletion(cmkID, 7))
		state, _, err := kms.describe(cmkID)
		must(t, err)
		equal(t, state, "PendingDeletion")
		_, err = kms.decrypt(blob, nil)
		refused(t, kms, err, "Rejected.PendingDeletion")
		must(t, kms.cancelDeletion(cmkID))
		opened, err := kms.decrypt(blob, nil)
		must(t, err)
		equal(t, opened, "a")
	})
}

func TestSaysWhatIsWrong(t *testing.T) {
	forEach(t, func(t *testing.T, kms keyService, _ string) {
		_, _, err := kms.describe("00000000-0000-4000-8000-000000000000")
		refused(t, kms, err, "Forbidden.KeyNotFound")
		wrong := clients[strings.Split(t.Name(), "/")[1]](t, "wrong")
		_, _, err = wrong.list(1, 1)
		refused(t, wrong, err, "SignatureDoesNotMatch")
	})
}
