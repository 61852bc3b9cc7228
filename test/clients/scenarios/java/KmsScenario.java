import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The key service over https, with the two Java clients of KMS as they come from the registry. */
final class KmsScenario {
    private static final String ID = System.getenv("SCENARIO_ACCESS_KEY_ID");
    private static final String SECRET = System.getenv("SCENARIO_ACCESS_KEY_SECRET");

    private interface Connect {
        KeyService as(String accessKeyId, String accessKeySecret) throws Exception;
    }

    private interface Scenario {
        void run(KeyService kms, String cmkId) throws Exception;
    }

    private static final Map<String, Connect> CLIENTS = new TreeMap<>(Map.of(
        "aliyun-java-sdk-kms", AcsKeyService::new,
        "kms20160120", TeaKeyService::new));

    private static void each(String title, Scenario scenario) {
        CLIENTS.forEach((name, connect) -> Tap.test(name + " " + title, () -> {
            KeyService kms = connect.as(ID, SECRET);
            scenario.run(kms, kms.create("scenario"));
        }));
    }

    private static void refused(KeyService kms, Tap.Step step, String wanted) throws Exception {
        String found = "no error";
        try {
            step.run();
        } catch (Exception error) {
            found = kms.code(error);
        }
        Tap.equal(found, wanted);
    }

    public static void main(String[] args) {
        each("creates, describes and lists a CMK", (kms, cmkId) -> {
            Tap.equal(kms.describe(cmkId), List.of("Enabled", "scenario"));
            int total = kms.total();
            List<String> found = new ArrayList<>();
            for (int page = 1; page <= total; page++) found.addAll(kms.page(page));
            Tap.equal(found.size(), total);
            Tap.equal(found.contains(cmkId), true);
        });
        each("encrypts and decrypts bound to a context", (kms, cmkId) -> {
            Map<String, String> context = Map.of("b", "2", "a c", "va=lue&~*'()!", "schlüssel", "😀");
            String plaintext = "not base64: ü ~*'()! + / = 😀";
            KeyService.Encrypted encrypted = kms.encrypt(cmkId, plaintext, context);
            Tap.equal(encrypted.cmkId(), cmkId);
            Tap.equal(kms.decrypt(encrypted.blob(), context), plaintext);
            refused(kms, () -> kms.decrypt(encrypted.blob(), null), "InvalidParameter");
            Map<String, String> other = Map.of("b", "3");
            refused(kms, () -> kms.decrypt(encrypted.blob(), other), "InvalidParameter");
        });
        each("encrypts the longest plaintext", (kms, cmkId) -> {
            String longest = "+".repeat(6144);
            Tap.equal(kms.decrypt(kms.encrypt(cmkId, longest, null).blob(), null), longest);
        });
        each("makes data keys with and without their plaintext", (kms, cmkId) -> {
            KeyService.DataKey made = kms.dataKey(cmkId);
            Tap.equal(kms.decrypt(made.blob(), null), made.plaintext());
            String hidden = kms.decrypt(kms.hiddenDataKey(cmkId), null);
            Tap.equal(Base64.getDecoder().decode(hidden).length, 32);
        });
        each("uses a CMK by its alias", (kms, cmkId) -> {
            String alias = "alias/scenario/" + cmkId;
            kms.createAlias(alias, cmkId);
            refused(kms, () -> kms.createAlias(alias, cmkId), "AliasAlreadyExists");
            Tap.equal(kms.encrypt(alias, "a", null).cmkId(), cmkId);
            Tap.equal(kms.aliases(cmkId), List.of(alias));
            kms.deleteAlias(alias);
            refused(kms, () -> kms.encrypt(alias, "a", null), "Forbidden.AliasNotFound");
        });
        each("refuses a disabled CMK until it is enabled", (kms, cmkId) -> {
            String blob = kms.encrypt(cmkId, "a", null).blob();
            kms.disable(cmkId);
            Tap.equal(kms.describe(cmkId).get(0), "Disabled");
            refused(kms, () -> kms.encrypt(cmkId, "a", null), "Rejected.Disabled");
            refused(kms, () -> kms.decrypt(blob, null), "Rejected.Disabled");
            kms.enable(cmkId);
            Tap.equal(kms.decrypt(blob, null), "a");
        });
        each("refuses a CMK whose deletion is scheduled until that is cancelled", (kms, cmkId) -> {
            String blob = kms.encrypt(cmkId, "a", null).blob();
            refused(kms, () -> kms.scheduleDeletion(cmkId, 6), "InvalidParameter");
            kms.scheduleDeletion(cmkId, 7);
            Tap.equal(kms.describe(cmkId).get(0), "PendingDeletion");
            refused(kms, () -> kms.decrypt(blob, null), "Rejected.PendingDeletion");
            kms.cancelDeletion(cmkId);
            Tap.equal(kms.decrypt(blob, null), "a");
        });
        each("says what is wrong", (kms, cmkId) -> {
            String nobody = "00000000-0000-4000-8000-000000000000";
            refused(kms, () -> kms.describe(nobody), "Forbidden.KeyNotFound");
        });
        CLIENTS.forEach((name, connect) -> Tap.test(name + " is told that its secret is wrong", () -> {
            KeyService kms = connect.as(ID, "wrong");
            // The first finds out that the strings to sign are equal, so that the secret must be what is wrong.
            String wanted =
                kms instanceof AcsKeyService ? "SDK.InvalidAccessKeySecret" : "SignatureDoesNotMatch";
            refused(kms, kms::total, wanted);
        }));
        Tap.exit();
    }
}
