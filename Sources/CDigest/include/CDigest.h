#ifndef TRADEUL_CDIGEST_H
#define TRADEUL_CDIGEST_H

#include <stddef.h>
#include <stdint.h>

/// Bytes of a SHA-256 digest.
#define TRADEUL_SHA256_BYTES 32

/// Writes the SHA-256 of `count` bytes into `digest`, 32 bytes; returns 1, or 0 if the library refuses.
int tradeul_sha256(const uint8_t *bytes, size_t count, uint8_t *digest);

/// Writes the HMAC-SHA-256 (RFC 2104) of `count` bytes under a key into `digest`, 32 bytes; returns 1, or 0 if the
/// library refuses.
int tradeul_hmac_sha256(
    const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *digest
);

#endif
