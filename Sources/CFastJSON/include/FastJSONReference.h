#ifndef TRADEUL_FASTJSON_REFERENCE_H
#define TRADEUL_FASTJSON_REFERENCE_H

// Facts about tickers beside their trading: Polygon's list of tickers, FMP's floats, market capitalisations and profiles.
// Included by CFastJSON.h.

#ifdef __cplusplus
extern "C" {
#endif

// Pages hold at most 1,000 tickers and 5,000 floats; some room, because no vendor's limit is a promise.
#define FASTJSON_REFERENCE_MAX 8192
// Room for 120 characters of UTF-8, its NUL, and some that are dropped later.
#define FASTJSON_NAME_BYTES 512

typedef struct {
    // Zero-padded.
    uint8_t symbol[FASTJSON_SYMBOL_BYTES];
    // NUL-terminated, as sent; empty when absent. Cut to fit.
    char name[FASTJSON_NAME_BYTES], exchange[16], type[24];
} fastjson_ticker;

typedef struct {
    size_t count;
    const fastjson_ticker *rows;
    // Elements left out: a wrong type, no symbol. Tickers that are not active are left out uncounted.
    size_t malformed;
    // As in fastjson_bars.
    const char *next_url;
} fastjson_tickers;

// A number is NaN when it is absent, null, no number, not above 0 or above 1e15; numbers within strings count as numbers.
typedef struct {
    // In FMP's form, zero-padded.
    uint8_t symbol[FASTJSON_SYMBOL_BYTES];
    // NUL-terminated, as sent; empty when absent. Cut to fit.
    char date[24];
    double float_shares, outstanding_shares, market_cap;
} fastjson_fact;

typedef struct {
    size_t count;
    const fastjson_fact *rows;
    // Elements left out: a wrong type, no symbol.
    size_t malformed;
} fastjson_facts;

typedef struct {
    // In FMP's form, zero-padded.
    uint8_t symbol[FASTJSON_SYMBOL_BYTES];
    // NUL-terminated, as sent; empty when absent. Cut to fit.
    char name[FASTJSON_NAME_BYTES], exchange[32], sector[192], industry[192], country[8];
    // As in fastjson_fact.
    double market_cap;
} fastjson_profile;

typedef struct {
    size_t count;
    const fastjson_profile *rows;
    // Elements left out: a wrong type, no symbol.
    size_t malformed;
} fastjson_profiles;

// Decodes /v3/reference/tickers.
fastjson_status fastjson_decode_tickers(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_tickers *out
);

// Decodes FMP's /stable/shares-float-all and /stable/market-capitalization-batch. An object instead of the array is
// FASTJSON_VENDOR_ERROR when it has words (see fastjson_message), else FASTJSON_UNEXPECTED.
fastjson_status fastjson_decode_facts(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_facts *out
);

// Decodes FMP's /stable/profile; as fastjson_decode_facts.
fastjson_status fastjson_decode_profiles(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_profiles *out
);

#ifdef __cplusplus
}
#endif

#endif
