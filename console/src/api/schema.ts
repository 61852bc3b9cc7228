// Generated from docs/admin-api.openapi.json by npm run console -- client. Do not edit.
export interface paths {
    "/api/activation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the key service is activated */
        get: operations["describeActivation"];
        put?: never;
        /** Activates the key service */
        post: operations["openKmsService"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The aliases, by name, of all CMKs or of one */
        get: operations["listAliases"];
        put?: never;
        /** Creates an alias, which begins with alias/ */
        post: operations["createAlias"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/aliases/{aliasName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Points an alias to another CMK */
        put: operations["moveAlias"];
        post?: never;
        /** Deletes an alias; its CMK stays */
        delete: operations["deleteAlias"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The buckets by name */
        get: operations["listBuckets"];
        put?: never;
        /** Creates a bucket */
        post: operations["createBucket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of a bucket, and what it contains */
        get: operations["describeBucket"];
        put?: never;
        post?: never;
        /** Deletes an empty bucket together with its bucket key */
        delete: operations["deleteBucket"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/acl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the ACL of a bucket */
        put: operations["setBucketAcl"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/encryption": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the default encryption; existing objects stay as they are */
        put: operations["setBucketEncryption"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/object": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version of an object; uses no key */
        get: operations["describeObject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/object/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Copies a version to another name, or re-encrypts it under its own */
        post: operations["copyObject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/object/headers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replaces the headers and the metadata of an object's newest version */
        put: operations["setObjectHeaders"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/object/presign-download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A link that reads an object, for a download or for sharing */
        post: operations["presignDownload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/object/presign-put": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A request that stores a small object in one go */
        post: operations["presignPut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/object/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An address on the console's own origin that shows an object safely */
        post: operations["createPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/object/stored-form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How an object is stored: its keys, blobs and segments */
        get: operations["describeStoredForm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest versions of a bucket's objects, in byte order */
        get: operations["listObjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/objects/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes objects by name, or single versions permanently */
        post: operations["deleteObjects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a bucket contains, by encryption and storage class */
        get: operations["describeBucketStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The uploads in progress, by name, then by age */
        get: operations["listUploads"];
        put?: never;
        /** Begins a multipart upload */
        post: operations["initiateUpload"];
        /** Aborts an upload, without creating an object */
        delete: operations["abortUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/uploads/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates the object from its parts */
        post: operations["completeUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/uploads/parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The stored parts of an upload: what a browser needs to resume it */
        get: operations["listParts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/uploads/presign-parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Requests that store parts; each response has the part's ETag in a header */
        post: operations["presignParts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/versioning": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Starts or stops keeping versions */
        put: operations["setBucketVersioning"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/buckets/{bucket}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All versions and delete markers, by name, newest first within a name */
        get: operations["listVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/damage/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forgets the damaged rows and objects found so far; what is still damaged is reported again when it is next read */
        post: operations["acknowledgeDamage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/decrypt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decrypts what was encrypted under any CMK */
        post: operations["decrypt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The health of the server as single checks */
        get: operations["describeHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The background jobs */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One page of the CMKs, filtered */
        get: operations["listKeys"];
        put?: never;
        /** Creates a CMK, and an alias of it when one is given */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One CMK */
        get: operations["describeKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/cancel-deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels the deletion of a CMK, which is then enabled */
        post: operations["cancelKeyDeletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/data-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Generates a data key, in plaintext and encrypted under a CMK */
        post: operations["generateDataKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/dependants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What depends on a CMK */
        get: operations["describeDependants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/description": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes the description of a CMK */
        put: operations["setKeyDescription"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disables a CMK: from then on, reads and writes under it fail */
        post: operations["disableKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enables a CMK */
        post: operations["enableKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/encrypt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Encrypts at most 6,144 bytes under a CMK */
        post: operations["encrypt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/schedule-deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Schedules the deletion of a CMK; from then on, nothing under it can be read
         * @description Needs a fresh proof of possession: see reauthenticate.
         */
        post: operations["scheduleKeyDeletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{cmkId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of a CMK, in the order of their creation */
        get: operations["listKeyVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the store contains, and what needs attention */
        get: operations["describeOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recent operations of the key service, of administration and on buckets, newest first */
        get: operations["listRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/root-of-trust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the root key is kept, and what unlocks it */
        get: operations["describeRootOfTrust"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/root-of-trust/recovery-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Creates a recovery code, which is returned only once and stored nowhere
         * @description Needs a fresh proof of possession: see reauthenticate.
         */
        post: operations["createRecoveryCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server's names, addresses and version, for code and links */
        get: operations["describeServer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["describeSession"];
        put?: never;
        /** Signs in with the proof of possession; sets the session's cookie */
        post: operations["signIn"];
        /** Ends the session */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Returns what to sign in order to sign in, or to prove possession of the secret again */
        post: operations["createChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in with the token of a link that `osseal dev` printed; it works once */
        post: operations["signInByLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/reauthenticate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Proves possession of the secret again, for operations that need a fresh proof */
        post: operations["reauthenticate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests and their latency over at most the last hour */
        get: operations["describeTraffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Activation: {
            /** @description whether openKmsService would activate it */
            canOpen: boolean;
            /**
             * @description the option --kms of the server
             * @enum {string}
             */
            mode: "on" | "off" | "ask";
            /** @description when it was activated; null where no activation was needed */
            openedAt: string | null;
            /** @enum {string} */
            status: "Enabled" | "NotEnabled";
        };
        Alias: {
            aliasName: string;
            cmkId: string;
            /** @description begins with alias/acs/: created by the service, read-only */
            isReserved: boolean;
        };
        AliasPage: {
            items: components["schemas"]["Alias"][];
            page: number;
            pageSize: number;
            /** @description items on all pages */
            total: number;
        };
        Attention: {
            alias: string | null;
            /** @description the time it concerns, such as that of the destruction */
            at: string | null;
            cmkId: string | null;
            /** @enum {string} */
            code: "KeyNearDeletion" | "KeyDisabledInUse" | "DiskNearlyFull" | "StoreReadOnly" | "NoRecoveryCode" | "KmsNotEnabled" | "JobFailed" | "DataDamaged";
            /** @description object versions under the CMK, free bytes, or the number of damaged items */
            count: number | null;
            /** @description a sentence in English */
            message: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
        };
        Bucket: {
            acl: components["schemas"]["BucketAcl"];
            /**
             * Format: date-time
             * @description UTC
             */
            createdAt: string;
            dataRedundancyType: string;
            /** @description the CMK that the default names now; null for other methods, or when it does not exist */
            defaultCmkId: string | null;
            defaultEncryption: components["schemas"]["EncryptionChoice"];
            name: string;
            objectBytes: number;
            objectVersions: number;
            storageClass: string;
            uploads: number;
            /** @enum {string} */
            versioning: "never" | "enabled" | "suspended";
        };
        /** @enum {string} */
        BucketAcl: "private" | "public-read" | "public-read-write";
        BucketPage: {
            items: components["schemas"]["Bucket"][];
            /** @description what to ask for the next page with; null when this is the last one */
            next: string | null;
        };
        BucketStatistics: {
            /** @description every method once */
            byEncryption: components["schemas"]["EncryptionShare"][];
            byStorageClass: {
                objectBytes: number;
                objectVersions: number;
                storageClass: string;
            }[];
            deleteMarkers: number;
            /** @description newest versions */
            objects: number;
            olderVersions: number;
            partBytes: number;
            parts: number;
            uploads: number;
        };
        Challenge: {
            challengeId: string;
            /**
             * Format: date-time
             * @description UTC
             */
            expiresAt: string;
            /** @description The proof is HMAC-SHA256 of these bytes (UTF-8) under the bytes of the secret (UTF-8), in lower-case hexadecimal. */
            message: string;
        };
        ChallengeRequest: {
            accessKeyId: string;
            /** @enum {string} */
            purpose: "sign-in" | "reauthenticate";
        };
        CompletedUpload: {
            /** @description its first alias, when it has one */
            cmkAlias: string | null;
            /** @description the CMK of an object under KMS */
            cmkId: string | null;
            crc64: string;
            encryption: components["schemas"]["EncryptionMethod"];
            etag: string;
            objectKey: string;
            sizeBytes: number;
            versionId: string;
        };
        CompleteUploadRequest: {
            objectKey: string;
            /** @default true */
            overwrite?: boolean;
            parts: {
                etag: string;
                partNumber: number;
            }[];
            uploadId: string;
        };
        CopyRequest: {
            /** @description the target bucket's default when omitted */
            encryption?: components["schemas"]["EncryptionChoice"];
            objectKey: string;
            /** @default false */
            overwrite?: boolean;
            toBucket: string;
            toObjectKey: string;
            versionId?: string;
        };
        CreateAliasRequest: {
            aliasName: string;
            cmkId: string;
        };
        CreateBucketRequest: {
            /** @default private */
            acl?: components["schemas"]["BucketAcl"];
            defaultEncryption?: components["schemas"]["EncryptionChoice"];
            name: string;
            /**
             * @default Standard
             * @enum {string}
             */
            storageClass?: "Standard" | "IA" | "Archive" | "ColdArchive" | "DeepColdArchive";
            /**
             * @default never
             * @enum {string}
             */
            versioning?: "never" | "enabled";
        };
        CreateKeyRequest: {
            aliasName?: string;
            /** @default  */
            description?: string;
        };
        Decrypted: {
            cmkId: string;
            keyVersionId: string;
            plaintext: string;
        };
        DecryptRequest: {
            /** @description base64 */
            ciphertextBlob: string;
            encryptionContext?: components["schemas"]["EncryptionContext"];
        };
        DeleteAnswer: {
            deleted: number;
            markersMade: number;
        };
        DeleteRequest: {
            objects: {
                objectKey: string;
                versionId?: string;
            }[];
        };
        Dependants: {
            bucketCount: number;
            /** @description the 100 with the most object versions */
            buckets: components["schemas"]["DependentBucket"][];
            lastUse: components["schemas"]["LastUse"];
            uses: components["schemas"]["KeyUses"];
        };
        DependentBucket: {
            /** @description whether the bucket's default encryption names the CMK */
            isDefault: boolean;
            /** @description null when the record of the bucket is damaged */
            name: string | null;
            objectBytes: number;
            objectVersions: number;
            uploadBytes: number;
            uploads: number;
        };
        Encrypted: {
            /** @description base64 */
            ciphertextBlob: string;
            cmkId: string;
            keyVersionId: string;
        };
        EncryptionChoice: {
            /** @description KMS only: id, ARN or alias; the default CMK when omitted */
            cmk?: string;
            /**
             * @description KMS only: the cipher of the bytes
             * @enum {string}
             */
            dataEncryption?: "AES256" | "SM4";
            method: components["schemas"]["EncryptionMethod"];
        };
        EncryptionContext: {
            [key: string]: string;
        };
        /** @enum {string} */
        EncryptionMethod: "none" | "AES256" | "KMS" | "SM4";
        EncryptionShare: {
            method: components["schemas"]["EncryptionMethod"];
            objectBytes: number;
            objectVersions: number;
        };
        EncryptRequest: {
            encryptionContext?: components["schemas"]["EncryptionContext"];
            /** @description The parameter Plaintext of the KMS API: text that decrypt returns unchanged. SDKs put base64 there; for base64, the decoded bytes are counted. */
            plaintext: string;
        };
        Error: {
            /** @enum {string} */
            code: "AccessDenied" | "AliasExists" | "AliasNotFound" | "AlreadyOpen" | "BucketExists" | "BucketNotEmpty" | "BucketNotFound" | "ConditionFailed" | "CsrfTokenInvalid" | "DeleteMarker" | "InsecureOrigin" | "InternalFailure" | "InvalidCiphertext" | "InvalidProof" | "InvalidRequest" | "KeyDisabled" | "KeyNotFound" | "KeyPendingDeletion" | "KeyPendingImport" | "KmsNotEnabled" | "MethodNotAllowed" | "NotFound" | "NotPreviewable" | "NotSignedIn" | "ObjectDamaged" | "ObjectExists" | "ObjectNotFound" | "OwnedByService" | "PartInvalid" | "ReauthenticationNeeded" | "StateChangeRefused" | "TooLarge" | "TooManyAttempts" | "Unavailable" | "UploadNotFound" | "VersionNotFound";
            /** @description of InvalidRequest: what is not valid */
            field?: string;
            /** @description a sentence in English */
            message: string;
            /** @description also in the header x-osseal-request-id */
            requestId: string;
        };
        Folder: {
            /** @constant */
            kind: "folder";
            prefix: string;
        };
        GenerateDataKeyRequest: {
            encryptionContext?: components["schemas"]["EncryptionContext"];
            /** @default 32 */
            sizeBytes?: number;
            /** @default true */
            withPlaintext?: boolean;
        };
        GeneratedDataKey: {
            /** @description base64 */
            ciphertextBlob: string;
            cmkId: string;
            keyVersionId: string;
            /** @description base64; null unless it was asked for */
            plaintext: string | null;
        };
        HeaderChange: {
            [key: string]: string;
        };
        HeadersRequest: {
            /** @description ETag of the version that the change is based on, without quotes */
            etag: string;
            headers: components["schemas"]["HeaderChange"];
            objectKey: string;
        };
        Health: {
            checks: {
                /** @description a sentence in English */
                message: string;
                /** @enum {string} */
                name: "store" | "disk" | "jobs";
                /** @enum {string} */
                status: "ok" | "degraded" | "failing";
            }[];
            /** @description bytes of the data directory's file system; null in memory */
            disk: {
                freeBytes: number;
                totalBytes: number;
            } | null;
            memory: {
                processBytes: number;
                requestBytes: number;
                requestBytesMax: number;
            };
            /** @enum {string} */
            status: "ok" | "degraded" | "failing";
        };
        InitiatedUpload: {
            /** @description its first alias, when it has one */
            cmkAlias: string | null;
            /** @description the CMK of an object under KMS */
            cmkId: string | null;
            encryption: components["schemas"]["EncryptionMethod"];
            objectKey: string;
            /** @description the size of every part except the last */
            partBytes: number;
            uploadId: string;
        };
        InitiateUploadRequest: {
            contentType?: string;
            /** @description the bucket's default when omitted */
            encryption?: components["schemas"]["EncryptionChoice"];
            /** @description x-oss-meta-*: lower-case names without the prefix, values of printable ASCII */
            metadata?: {
                [key: string]: string;
            };
            objectKey: string;
            /** @default true */
            overwrite?: boolean;
            /** @description size of the whole object */
            sizeBytes: number;
        };
        Job: {
            everySeconds: number;
            /** @description what the last run did; empty when there was nothing to do */
            lastDid: {
                count: number;
                what: string;
            }[];
            lastEndedAt: string | null;
            lastError: string | null;
            lastStartedAt: string | null;
            name: string;
            /** @enum {string} */
            state: "waiting" | "running" | "failed";
        };
        JobList: {
            items: components["schemas"]["Job"][];
        };
        Key: {
            /** @description at most 100 */
            aliases: string[];
            arn: string;
            cmkId: string;
            /**
             * Format: date-time
             * @description UTC
             */
            createdAt: string;
            /** @description the earliest time of its destruction */
            deletionAt: string | null;
            description: string;
            lastUse: components["schemas"]["LastUse"];
            origin: string;
            /** @enum {string} */
            owner: "user" | "service";
            primaryVersionId: string;
            protectionLevel: string;
            /** @description the service whose default CMK it is; such a CMK is read-only */
            service: "OSS" | null;
            spec: string;
            state: components["schemas"]["KeyState"];
            usage: string;
            uses: components["schemas"]["KeyUses"];
            versionCount: number;
        };
        KeyPage: {
            items: components["schemas"]["Key"][];
            page: number;
            pageSize: number;
            /** @description items on all pages */
            total: number;
        };
        /** @enum {string} */
        KeyState: "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport";
        KeyUses: {
            /** @description buckets whose default encryption names the CMK */
            defaultOfBuckets: number;
            objectBytes: number;
            objectVersions: number;
            uploadBytes: number;
            /** @description multipart uploads in progress */
            uploads: number;
        };
        KeyVersion: {
            /**
             * Format: date-time
             * @description UTC
             */
            createdAt: string;
            isPrimary: boolean;
            keyVersionId: string;
        };
        KeyVersionPage: {
            items: components["schemas"]["KeyVersion"][];
            page: number;
            pageSize: number;
            /** @description items on all pages */
            total: number;
        };
        LastUse: {
            /** @description null when no use is known */
            at: string | null;
            /**
             * Format: date-time
             * @description earlier uses are not known
             */
            knownSince: string;
        };
        LinkRequest: {
            token: string;
        };
        ListedDeleteMarker: {
            isLatest: boolean;
            /** @constant */
            kind: "marker";
            /**
             * Format: date-time
             * @description UTC
             */
            lastModifiedAt: string;
            objectKey: string;
            versionId: string;
        };
        ListedObject: {
            /** @description its first alias, when it has one */
            cmkAlias: string | null;
            /** @description the CMK of an object under KMS */
            cmkId: string | null;
            encryption: components["schemas"]["EncryptionMethod"];
            /** @description without quotes */
            etag: string;
            /** @constant */
            kind: "object";
            /**
             * Format: date-time
             * @description UTC
             */
            lastModifiedAt: string;
            objectKey: string;
            sizeBytes: number;
            storageClass: string;
            versionId: string;
        };
        ListedVersion: {
            /** @description its first alias, when it has one */
            cmkAlias: string | null;
            /** @description the CMK of an object under KMS */
            cmkId: string | null;
            encryption: components["schemas"]["EncryptionMethod"];
            /** @description without quotes */
            etag: string;
            isLatest: boolean;
            /** @constant */
            kind: "version";
            /**
             * Format: date-time
             * @description UTC
             */
            lastModifiedAt: string;
            objectKey: string;
            sizeBytes: number;
            storageClass: string;
            versionId: string;
        };
        MoveAliasRequest: {
            cmkId: string;
        };
        ObjectDetail: {
            /** @enum {string} */
            acl: "default" | "private" | "public-read" | "public-read-write";
            /** @description its first alias, when it has one */
            cmkAlias: string | null;
            /** @description the CMK of an object under KMS */
            cmkId: string | null;
            crc64: string;
            encryption: components["schemas"]["EncryptionMethod"];
            /** @description without quotes */
            etag: string;
            /** @description Content-Type and the like, and x-oss-meta-*; names in lower case */
            headers: {
                name: string;
                value: string;
            }[];
            isLatest: boolean;
            /** @constant */
            kind: "object";
            /**
             * Format: date-time
             * @description UTC
             */
            lastModifiedAt: string;
            objectKey: string;
            sizeBytes: number;
            storageClass: string;
            /** @enum {string} */
            type: "Normal" | "Multipart" | "Appendable";
            versionId: string;
        };
        ObjectPage: {
            items: (components["schemas"]["ListedObject"] | components["schemas"]["Folder"])[];
            /** @description what to ask for the next page with; null when this is the last one */
            next: string | null;
        };
        Overview: {
            /** @description at most 50, the worst first */
            attention: components["schemas"]["Attention"][];
            buckets: number;
            /** @description every method once */
            byEncryption: components["schemas"]["EncryptionShare"][];
            /** @description every state once */
            keysByState: {
                count: number;
                state: components["schemas"]["KeyState"];
            }[];
            objectBytes: number;
            objectVersions: number;
            /** @description default CMKs, which are also counted in keysByState */
            serviceKeys: number;
            uploads: number;
        };
        PartPage: {
            items: {
                crc64: string;
                etag: string;
                /**
                 * Format: date-time
                 * @description UTC
                 */
                lastModifiedAt: string;
                partNumber: number;
                sizeBytes: number;
            }[];
            next: number | null;
        };
        PresignDownloadRequest: {
            /**
             * @description whether browsers save it instead of showing it
             * @default true
             */
            attachment?: boolean;
            /** @default 3600 */
            expiresSeconds?: number;
            objectKey: string;
            versionId?: string;
        };
        PresignedParts: {
            parts: {
                partNumber: number;
                request: components["schemas"]["PresignedRequest"];
            }[];
        };
        PresignedRequest: {
            /**
             * Format: date-time
             * @description UTC
             */
            expiresAt: string;
            /** @description must be sent with the request: they are signed */
            headers: {
                name: string;
                value: string;
            }[];
            /** @enum {string} */
            method: "GET" | "PUT";
            /** @description URL at the OSS API */
            url: string;
        };
        PresignPartsRequest: {
            objectKey: string;
            partNumbers: number[];
            uploadId: string;
        };
        PresignPutRequest: {
            contentType?: string;
            /** @description the bucket's default when omitted */
            encryption?: components["schemas"]["EncryptionChoice"];
            /** @description x-oss-meta-*: lower-case names without the prefix, values of printable ASCII */
            metadata?: {
                [key: string]: string;
            };
            objectKey: string;
            /** @default true */
            overwrite?: boolean;
        };
        Preview: {
            contentType: string;
            /**
             * Format: date-time
             * @description UTC
             */
            expiresAt: string;
            /** @enum {string} */
            kind: "text" | "image" | "pdf";
            /** @description relative to the console's origin */
            path: string;
        };
        PreviewRequest: {
            objectKey: string;
            versionId?: string;
        };
        ReauthenticateRequest: {
            challengeId: string;
            proof: string;
        };
        RecentRequest: {
            /** @description such as kms:Encrypt, oss:PutBucketAcl or console:disableKey */
            action: string;
            /**
             * Format: date-time
             * @description UTC
             */
            at: string;
            /** @description the access key that signed or signed in; empty when unknown */
            caller: string;
            cmkId: string | null;
            /** @enum {string} */
            door: "oss" | "kms" | "console";
            /** @description null when it succeeded */
            errorCode: string | null;
            ms: number;
            requestId: string;
            sourceAddress: string;
            status: number;
        };
        RecoveryCode: {
            code: string;
        };
        RequestPage: {
            items: components["schemas"]["RecentRequest"][];
            /** @description how many requests are kept at most */
            kept: number;
            /** @description what to ask for the next page with; null when this is the last one */
            next: string | null;
            /**
             * Format: date-time
             * @description the server's start
             */
            since: string;
        };
        RootOfTrust: {
            hasRecoveryCode: boolean;
            /**
             * @description whether the root key is the one that the data was created with; a server with another one does not start
             * @enum {string}
             */
            keyCheck: "passed" | "not needed";
            /**
             * @description what unlocked the root key at this start
             * @enum {string}
             */
            provider: "key-file" | "passphrase" | "recovery" | "memory";
            /** @description null in memory, where it has no id */
            rootKeyId: string | null;
            /** @description at most 100 */
            wraps: {
                /** @enum {string} */
                provider: "key-file" | "passphrase" | "recovery";
                wrapId: string;
            }[];
        };
        ScheduleDeletionRequest: {
            /** @description the console proposes 30 */
            windowDays: number;
        };
        Server: {
            accountId: string;
            activation: components["schemas"]["Activation"];
            canCreateRecoveryCode: boolean;
            kmsEndpoint: string;
            /**
             * Format: date-time
             * @description UTC
             */
            now: string;
            /** @description as this browser reaches it; buckets in the path */
            ossEndpoint: string;
            region: string;
            /**
             * Format: date-time
             * @description UTC
             */
            startedAt: string;
            /** @enum {string} */
            storage: "directory" | "memory";
            version: string;
        };
        Session: {
            accessKeyId: string;
            accountId: string;
            /** @description send it as x-csrf-token with every request that is not a GET */
            csrfToken: string;
            /**
             * Format: date-time
             * @description 12 hours after signing in, regardless of activity
             */
            expiresAt: string;
            /** @description until when operations that need a fresh proof are allowed; null when a proof is needed */
            freshUntil: string | null;
            /**
             * Format: date-time
             * @description UTC
             */
            signedInAt: string;
        };
        SetAclRequest: {
            acl: components["schemas"]["BucketAcl"];
        };
        SetDescriptionRequest: {
            description: string;
        };
        SetVersioningRequest: {
            /** @enum {string} */
            versioning: "enabled" | "suspended";
        };
        SignInRequest: {
            accessKeyId: string;
            challengeId: string;
            proof: string;
        };
        StoredForm: {
            blobCount: number;
            /** @description the first 100 */
            blobs: {
                blobId: string;
                /** @enum {string} */
                place: "metadata store" | "blob store";
                sealedBytes: number;
                segmentCount: number;
                sizeBytes: number;
            }[];
            bucketInstanceId: string;
            /** @enum {string} */
            contentKind: "inline" | "blob" | "pieces";
            dataKeyId: string;
            method: components["schemas"]["EncryptionMethod"];
            objectKey: string;
            rootKeyId: string | null;
            /** @enum {string} */
            rootKeyProvider: "key-file" | "passphrase" | "recovery" | "memory";
            /** @description all blobs, including headers and tags */
            sealedBytes: number;
            segmentBytes: number;
            sizeBytes: number;
            /**
             * @description the algorithm that seals the bytes
             * @enum {string}
             */
            suite: "aes-256-gcm" | "sm4-gcm";
            versionId: string;
            wrappedBy: {
                /** @constant */
                kind: "bucket-key";
            } | {
                alias: string | null;
                cmkId: string;
                keyVersionId: string;
                /** @constant */
                kind: "cmk";
            };
            wrappedKeyBytes: number;
        };
        Traffic: {
            intervalSeconds: number;
            points: components["schemas"]["TrafficPoint"][];
        };
        TrafficPoint: {
            /**
             * Format: date-time
             * @description the start of the interval
             */
            at: string;
            console: number;
            /** @description responses with status 500 or above */
            failures: number;
            kms: number;
            oss: number;
            /** @description of OSS and KMS requests; null without any */
            p50Ms: number | null;
            p99Ms: number | null;
        };
        Upload: {
            /** @description its first alias, when it has one */
            cmkAlias: string | null;
            /** @description the CMK of an object under KMS */
            cmkId: string | null;
            encryption: components["schemas"]["EncryptionMethod"];
            /**
             * Format: date-time
             * @description UTC
             */
            initiatedAt: string;
            /** @constant */
            kind: "upload";
            objectKey: string;
            storageClass: string;
            uploadId: string;
        };
        UploadPage: {
            items: components["schemas"]["Upload"][];
            /** @description what to ask for the next page with; null when this is the last one */
            next: string | null;
        };
        VersionPage: {
            items: (components["schemas"]["ListedVersion"] | components["schemas"]["ListedDeleteMarker"] | components["schemas"]["Folder"])[];
            /** @description what to ask for the next page with; null when this is the last one */
            next: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    describeActivation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activation"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    openKmsService: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activation"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AlreadyOpen: The key service is already activated. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAliases: {
        parameters: {
            query?: {
                cmkId?: string;
                page?: number;
                pageSize?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AliasPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createAlias: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAliasRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alias"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             *
             *     OwnedByService: The CMK belongs to the object store and is read-only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AliasExists: An alias of that name already exists.
             *
             *     StateChangeRefused: The state of the CMK does not allow that.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    moveAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                aliasName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveAliasRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alias"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             *
             *     OwnedByService: The CMK belongs to the object store and is read-only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AliasNotFound: There is no such alias.
             *
             *     KeyNotFound: There is no such CMK.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description KeyPendingDeletion: The CMK is scheduled for deletion.
             *
             *     StateChangeRefused: The state of the CMK does not allow that.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                aliasName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             *
             *     OwnedByService: The CMK belongs to the object store and is read-only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AliasNotFound: There is no such alias. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description StateChangeRefused: The state of the CMK does not allow that. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listBuckets: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                prefix?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BucketPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createBucket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBucketRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bucket"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketExists: A bucket of that name already exists. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeBucket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bucket"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteBucket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotEmpty: The bucket is not empty. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setBucketAcl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetAclRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bucket"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setBucketEncryption: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EncryptionChoice"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bucket"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeObject: {
        parameters: {
            query: {
                objectKey: string;
                /** @description the newest when omitted */
                versionId?: string;
            };
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description BucketNotFound: There is no such bucket.
             *
             *     ObjectNotFound: There is no such object.
             *
             *     VersionNotFound: There is no such version.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description DeleteMarker: That version is a delete marker: it has no content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    copyObject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CopyRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            /**
             * @description InvalidRequest: The request is not valid.
             *
             *     TooLarge: That is larger than the limit.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AliasNotFound: There is no such alias.
             *
             *     BucketNotFound: There is no such bucket.
             *
             *     KeyNotFound: There is no such CMK.
             *
             *     ObjectNotFound: There is no such object.
             *
             *     VersionNotFound: There is no such version.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description DeleteMarker: That version is a delete marker: it has no content.
             *
             *     KeyDisabled: The CMK is disabled.
             *
             *     KeyPendingDeletion: The CMK is scheduled for deletion.
             *
             *     KeyPendingImport: The CMK has no key material yet.
             *
             *     ObjectExists: An object of that name already exists.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description InternalFailure: The server failed. Its log has the details.
             *
             *     ObjectDamaged: The stored form of the object is damaged.
             */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setObjectHeaders: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HeadersRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            /**
             * @description InvalidRequest: The request is not valid.
             *
             *     TooLarge: That is larger than the limit.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AliasNotFound: There is no such alias.
             *
             *     BucketNotFound: There is no such bucket.
             *
             *     KeyNotFound: There is no such CMK.
             *
             *     ObjectNotFound: There is no such object.
             *
             *     VersionNotFound: There is no such version.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description DeleteMarker: That version is a delete marker: it has no content.
             *
             *     KeyDisabled: The CMK is disabled.
             *
             *     KeyPendingDeletion: The CMK is scheduled for deletion.
             *
             *     KeyPendingImport: The CMK has no key material yet.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description ConditionFailed: The object is not the one that was named. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description InternalFailure: The server failed. Its log has the details.
             *
             *     ObjectDamaged: The stored form of the object is damaged.
             */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    presignDownload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresignDownloadRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresignedRequest"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description BucketNotFound: There is no such bucket.
             *
             *     ObjectNotFound: There is no such object.
             *
             *     VersionNotFound: There is no such version.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description DeleteMarker: That version is a delete marker: it has no content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    presignPut: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresignPutRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresignedRequest"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createPreview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description BucketNotFound: There is no such bucket.
             *
             *     ObjectNotFound: There is no such object.
             *
             *     VersionNotFound: There is no such version.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description DeleteMarker: That version is a delete marker: it has no content.
             *
             *     NotPreviewable: Objects of this kind or size are not shown.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeStoredForm: {
        parameters: {
            query: {
                objectKey: string;
                /** @description the newest when omitted */
                versionId?: string;
            };
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredForm"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description BucketNotFound: There is no such bucket.
             *
             *     ObjectNotFound: There is no such object.
             *
             *     VersionNotFound: There is no such version.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description DeleteMarker: That version is a delete marker: it has no content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listObjects: {
        parameters: {
            query?: {
                after?: string;
                /** @description "/" for folders */
                delimiter?: string;
                limit?: number;
                prefix?: string;
            };
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteObjects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeleteRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteAnswer"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeBucketStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BucketStatistics"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listUploads: {
        parameters: {
            query?: {
                /** @description `next` of the previous page */
                after?: string;
                limit?: number;
                prefix?: string;
            };
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    initiateUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InitiateUploadRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatedUpload"];
                };
            };
            /**
             * @description InvalidRequest: The request is not valid.
             *
             *     TooLarge: That is larger than the limit.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AliasNotFound: There is no such alias.
             *
             *     BucketNotFound: There is no such bucket.
             *
             *     KeyNotFound: There is no such CMK.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description KeyDisabled: The CMK is disabled.
             *
             *     KeyPendingDeletion: The CMK is scheduled for deletion.
             *
             *     KeyPendingImport: The CMK has no key material yet.
             *
             *     ObjectExists: An object of that name already exists.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    abortUpload: {
        parameters: {
            query: {
                objectKey: string;
                uploadId: string;
            };
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description BucketNotFound: There is no such bucket.
             *
             *     UploadNotFound: There is no such upload.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    completeUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteUploadRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompletedUpload"];
                };
            };
            /**
             * @description InvalidRequest: The request is not valid.
             *
             *     PartInvalid: The parts do not form an object.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AliasNotFound: There is no such alias.
             *
             *     BucketNotFound: There is no such bucket.
             *
             *     KeyNotFound: There is no such CMK.
             *
             *     UploadNotFound: There is no such upload.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description KeyDisabled: The CMK is disabled.
             *
             *     KeyPendingDeletion: The CMK is scheduled for deletion.
             *
             *     KeyPendingImport: The CMK has no key material yet.
             *
             *     ObjectExists: An object of that name already exists.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listParts: {
        parameters: {
            query: {
                /** @description a part number */
                after?: number;
                limit?: number;
                objectKey: string;
                uploadId: string;
            };
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description BucketNotFound: There is no such bucket.
             *
             *     UploadNotFound: There is no such upload.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    presignParts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresignPartsRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresignedParts"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description BucketNotFound: There is no such bucket.
             *
             *     UploadNotFound: There is no such upload.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setBucketVersioning: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetVersioningRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bucket"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listVersions: {
        parameters: {
            query?: {
                /** @description `next` of the previous page */
                after?: string;
                /** @description "/" for folders */
                delimiter?: string;
                limit?: number;
                prefix?: string;
            };
            header?: never;
            path: {
                bucket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description BucketNotFound: There is no such bucket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    acknowledgeDamage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    decrypt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecryptRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decrypted"];
                };
            };
            /**
             * @description InvalidCiphertext: The ciphertext does not open with this encryption context.
             *
             *     InvalidRequest: The request is not valid.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description KeyDisabled: The CMK is disabled.
             *
             *     KeyPendingDeletion: The CMK is scheduled for deletion.
             *
             *     KeyPendingImport: The CMK has no key material yet.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                order?: "ascending" | "descending";
                owner?: "user" | "service";
                page?: number;
                pageSize?: number;
                /** @description part of the id, an alias or the description, in any case */
                search?: string;
                sort?: "created" | "alias" | "state" | "objects" | "lastUse";
                state?: "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKeyRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AliasExists: An alias of that name already exists. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelKeyDeletion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             *
             *     OwnedByService: The CMK belongs to the object store and is read-only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description StateChangeRefused: The state of the CMK does not allow that. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    generateDataKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GenerateDataKeyRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GeneratedDataKey"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description KeyDisabled: The CMK is disabled.
             *
             *     KeyPendingDeletion: The CMK is scheduled for deletion.
             *
             *     KeyPendingImport: The CMK has no key material yet.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeDependants: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dependants"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setKeyDescription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetDescriptionRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             *
             *     OwnedByService: The CMK belongs to the object store and is read-only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description StateChangeRefused: The state of the CMK does not allow that. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    disableKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             *
             *     OwnedByService: The CMK belongs to the object store and is read-only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description StateChangeRefused: The state of the CMK does not allow that. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    enableKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             *
             *     OwnedByService: The CMK belongs to the object store and is read-only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description StateChangeRefused: The state of the CMK does not allow that. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    encrypt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EncryptRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encrypted"];
                };
            };
            /**
             * @description InvalidRequest: The request is not valid.
             *
             *     TooLarge: That is larger than the limit.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description KeyDisabled: The CMK is disabled.
             *
             *     KeyPendingDeletion: The CMK is scheduled for deletion.
             *
             *     KeyPendingImport: The CMK has no key material yet.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    scheduleKeyDeletion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleDeletionRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     KmsNotEnabled: The key service is not activated.
             *
             *     OwnedByService: The CMK belongs to the object store and is read-only.
             *
             *     ReauthenticationNeeded: Prove again that you have the secret of the access key.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description StateChangeRefused: The state of the CMK does not allow that. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listKeyVersions: {
        parameters: {
            query?: {
                page?: number;
                pageSize?: number;
            };
            header?: never;
            path: {
                cmkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyVersionPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description KeyNotFound: There is no such CMK. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRequests: {
        parameters: {
            query?: {
                /** @description part of the action's name */
                action?: string;
                /** @description `next` of the previous page */
                after?: string;
                caller?: string;
                cmkId?: string;
                limit?: number;
                result?: "success" | "failure";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestPage"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeRootOfTrust: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RootOfTrust"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createRecoveryCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCode"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             *
             *     ReauthenticationNeeded: Prove again that you have the secret of the access key.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Server"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InvalidProof: The access key or its secret is wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     InsecureOrigin: This page came over plain HTTP from another machine, so anyone on the network path could take over the session. Open the console over HTTPS, or at a loopback address.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TooManyAttempts: Too many attempts to sign in failed. Wait, and try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createChallenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChallengeRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Challenge"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     InsecureOrigin: This page came over plain HTTP from another machine, so anyone on the network path could take over the session. Open the console over HTTPS, or at a loopback address.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TooManyAttempts: Too many attempts to sign in failed. Wait, and try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    signInByLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InvalidProof: The access key or its secret is wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     InsecureOrigin: This page came over plain HTTP from another machine, so anyone on the network path could take over the session. Open the console over HTTPS, or at a loopback address.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TooManyAttempts: Too many attempts to sign in failed. Wait, and try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reauthenticate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReauthenticateRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description InvalidProof: The access key or its secret is wrong.
             *
             *     NotSignedIn: You are not signed in, or the session has ended.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description AccessDenied: You may not do that.
             *
             *     CsrfTokenInvalid: The request does not carry the token of this session.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TooManyAttempts: Too many attempts to sign in failed. Wait, and try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeTraffic: {
        parameters: {
            query?: {
                seconds?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Traffic"];
                };
            };
            /** @description InvalidRequest: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description NotSignedIn: You are not signed in, or the session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description AccessDenied: You may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description InternalFailure: The server failed. Its log has the details. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unavailable: The server cannot do that now. Try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
