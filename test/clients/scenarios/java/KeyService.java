import java.util.List;
import java.util.Map;

/** What both Java clients of KMS do. */
interface KeyService {
    record Encrypted(String blob, String cmkId) {}

    record DataKey(String plaintext, String blob) {}

    String create(String description) throws Exception;

    /** State and description. */
    List<String> describe(String cmkId) throws Exception;

    int total() throws Exception;

    List<String> page(int page) throws Exception;

    Encrypted encrypt(String cmkId, String plaintext, Map<String, String> context) throws Exception;

    String decrypt(String blob, Map<String, String> context) throws Exception;

    DataKey dataKey(String cmkId) throws Exception;

    String hiddenDataKey(String cmkId) throws Exception;

    void createAlias(String name, String cmkId) throws Exception;

    void deleteAlias(String name) throws Exception;

    List<String> aliases(String cmkId) throws Exception;

    void disable(String cmkId) throws Exception;

    void enable(String cmkId) throws Exception;

    void scheduleDeletion(String cmkId, int days) throws Exception;

    void cancelDeletion(String cmkId) throws Exception;

    /** What the client tells its user. */
    String code(Exception error);
}
