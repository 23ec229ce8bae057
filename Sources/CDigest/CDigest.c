#include "CDigest.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

int tradeul_sha256(const uint8_t *bytes, size_t count, uint8_t *digest) {
    unsigned int length = 0;
    return EVP_Digest(bytes, count, digest, &length, EVP_sha256(), NULL) == 1 && length == TRADEUL_SHA256_BYTES;
}

int tradeul_hmac_sha256(
    const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *digest
) {
    // OpenSSL takes a null key as "the one before": there is none.
    static const uint8_t empty[1] = {0};
    unsigned int length = 0;
    if (key_count > INT_MAX) return 0;
    return HMAC(EVP_sha256(), key ? key : empty, (int)key_count, bytes, count, digest, &length) != NULL
        && length == TRADEUL_SHA256_BYTES;
}
