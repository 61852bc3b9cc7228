import com.aliyun.kms20160120.Client;
import com.aliyun.kms20160120.models.*;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import java.util.List;
import java.util.Map;

/** kms20160120 */
final class TeaKeyService implements KeyService {
    private final Client client;

    TeaKeyService(String accessKeyId, String accessKeySecret) throws Exception {
        client = new Client(new Config()
            .setAccessKeyId(accessKeyId)
            .setAccessKeySecret(accessKeySecret)
            .setRegionId(System.getenv("SCENARIO_REGION"))
            .setEndpoint(System.getenv("SCENARIO_KMS_ENDPOINT")));
    }

    public String create(String description) throws Exception {
        CreateKeyRequest request = new CreateKeyRequest().setDescription(description);
        return client.createKey(request).getBody().getKeyMetadata().getKeyId();
    }

    public List<String> describe(String cmkId) throws Exception {
        DescribeKeyRequest request = new DescribeKeyRequest().setKeyId(cmkId);
        var found = client.describeKey(request).getBody().getKeyMetadata();
        return List.of(found.getKeyState(), found.getDescription());
    }

    private ListKeysResponseBody list(int page) throws Exception {
        return client.listKeys(new ListKeysRequest().setPageNumber(page).setPageSize(1)).getBody();
    }

    public int total() throws Exception {
        return list(1).getTotalCount();
    }

    public List<String> page(int page) throws Exception {
        return list(page).getKeys().getKey().stream().map(each -> each.getKeyId()).toList();
    }

    public Encrypted encrypt(String cmkId, String plaintext, Map<String, String> context)
            throws Exception {
        EncryptRequest request = new EncryptRequest()
            .setKeyId(cmkId)
            .setPlaintext(plaintext)
            .setEncryptionContext(context);
        EncryptResponseBody answer = client.encrypt(request).getBody();
        return new Encrypted(answer.getCiphertextBlob(), answer.getKeyId());
    }

    public String decrypt(String blob, Map<String, String> context) throws Exception {
        DecryptRequest request = new DecryptRequest()
            .setCiphertextBlob(blob)
            .setEncryptionContext(context);
        return client.decrypt(request).getBody().getPlaintext();
    }

    public DataKey dataKey(String cmkId) throws Exception {
        GenerateDataKeyRequest request =
            new GenerateDataKeyRequest().setKeyId(cmkId).setKeySpec("AES_256");
        GenerateDataKeyResponseBody answer = client.generateDataKey(request).getBody();
        return new DataKey(answer.getPlaintext(), answer.getCiphertextBlob());
    }

    public String hiddenDataKey(String cmkId) throws Exception {
        var request = new GenerateDataKeyWithoutPlaintextRequest().setKeyId(cmkId);
        return client.generateDataKeyWithoutPlaintext(request).getBody().getCiphertextBlob();
    }

    public void createAlias(String name, String cmkId) throws Exception {
        client.createAlias(new CreateAliasRequest().setAliasName(name).setKeyId(cmkId));
    }

    public void deleteAlias(String name) throws Exception {
        client.deleteAlias(new DeleteAliasRequest().setAliasName(name));
    }

    public List<String> aliases(String cmkId) throws Exception {
        var request = new ListAliasesByKeyIdRequest().setKeyId(cmkId);
        var found = client.listAliasesByKeyId(request).getBody().getAliases().getAlias();
        return found.stream().map(each -> each.getAliasName()).toList();
    }

    public void disable(String cmkId) throws Exception {
        client.disableKey(new DisableKeyRequest().setKeyId(cmkId));
    }

    public void enable(String cmkId) throws Exception {
        client.enableKey(new EnableKeyRequest().setKeyId(cmkId));
    }

    public void scheduleDeletion(String cmkId, int days) throws Exception {
        client.scheduleKeyDeletion(
            new ScheduleKeyDeletionRequest().setKeyId(cmkId).setPendingWindowInDays(days));
    }

    public void cancelDeletion(String cmkId) throws Exception {
        client.cancelKeyDeletion(new CancelKeyDeletionRequest().setKeyId(cmkId));
    }

    public String code(Exception error) {
        return error instanceof TeaException refusal ? refusal.getCode() : error.toString();
    }
}
