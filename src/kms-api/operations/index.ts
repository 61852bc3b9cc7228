import type { Operation } from "../operation.ts"
import { OPERATION_NAMES, type OperationName } from "../operation-names.ts"
import { cancelKeyDeletion } from "./cancel-key-deletion.ts"
import { createAlias } from "./create-alias.ts"
import { createKey } from "./create-key.ts"
import { decrypt } from "./decrypt.ts"
import { deleteAlias } from "./delete-alias.ts"
import { describeAccountKmsStatus } from "./describe-account-kms-status.ts"
import { describeKey } from "./describe-key.ts"
import { disableKey } from "./disable-key.ts"
import { enableKey } from "./enable-key.ts"
import { encrypt } from "./encrypt.ts"
import { generateDataKeyWithoutPlaintext } from "./generate-data-key-without-plaintext.ts"
import { generateDataKey } from "./generate-data-key.ts"
import { listAliasesByKeyId } from "./list-aliases-by-key-id.ts"
import { listAliases } from "./list-aliases.ts"
import { listKeyVersions } from "./list-key-versions.ts"
import { listKeys } from "./list-keys.ts"
import { openKmsService } from "./open-kms-service.ts"
import { scheduleKeyDeletion } from "./schedule-key-deletion.ts"
import { updateAlias } from "./update-alias.ts"
import { updateKeyDescription } from "./update-key-description.ts"

export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  CancelKeyDeletion: cancelKeyDeletion,
  CreateAlias: createAlias,
  CreateKey: createKey,
  Decrypt: decrypt,
  DeleteAlias: deleteAlias,
  DescribeAccountKmsStatus: describeAccountKmsStatus,
  DescribeKey: describeKey,
  DisableKey: disableKey,
  EnableKey: enableKey,
  Encrypt: encrypt,
  GenerateDataKey: generateDataKey,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
  ListAliases: listAliases,
  ListAliasesByKeyId: listAliasesByKeyId,
  ListKeyVersions: listKeyVersions,
  ListKeys: listKeys,
  OpenKmsService: openKmsService,
  ScheduleKeyDeletion: scheduleKeyDeletion,
  UpdateAlias: updateAlias,
  UpdateKeyDescription: updateKeyDescription,
}

/** The operation of that action, or undefined. */
export function findOperation(action: string): Operation | undefined {
  const name = OPERATION_NAMES.find((each) => each === action)
  return name === undefined ? undefined : OPERATIONS[name]
}
