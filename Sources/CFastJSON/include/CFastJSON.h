#ifndef TRADEUL_CFASTJSON_H
#define TRADEUL_CFASTJSON_H

// The vendor's JSON into columns, by simdjson On-Demand. A C face, because Swift sees C; no exception leaves it.
//
// Every `body` is `length` bytes followed by at least FASTJSON_PADDING readable zero bytes. A decoder belongs to one
// thread at a time. What a call returns by pointer stays valid until the next call on the same decoder.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FASTJSON_PADDING 64
#define FASTJSON_SYMBOL_BYTES 24
#define FASTJSON_TICKERS_MAX 65536
#define FASTJSON_HOLIDAYS_MAX 512
// A page of a range holds at most 50,000 bars, a whole market's day at most as many as a snapshot.
#define FASTJSON_BARS_MAX 65536
#define FASTJSON_SPLITS_MAX 8192
#define FASTJSON_CONDITIONS_MAX 1024
// The longest address of a next page, without its NUL.
#define FASTJSON_URL_MAX 4096

typedef enum {
    FASTJSON_OK = 0,
    // No byte but white space.
    FASTJSON_EMPTY,
    // The first character is '<': a web page.
    FASTJSON_HTML,
    // Ends in the middle: a string, an object or an array is not closed.
    FASTJSON_TRUNCATED,
    // Not JSON, or not UTF-8.
    FASTJSON_MALFORMED,
    // JSON, but not of the expected shape.
    FASTJSON_UNEXPECTED,
    // No data, but an error text of the vendor: see fastjson_message.
    FASTJSON_VENDOR_ERROR,
    // More rows than the fixed maximum.
    FASTJSON_TOO_MANY,
    FASTJSON_NO_MEMORY
} fastjson_status;

typedef struct fastjson_decoder fastjson_decoder;

// One row per accepted ticker. A number that is absent, null or zero is NaN (accumulated_volume keeps zero); a time
// that is absent, null or zero is 0.
typedef struct {
    size_t count;
    // FASTJSON_SYMBOL_BYTES per row, zero-padded.
    const uint8_t *symbols;
    const double *last_price, *minute_close, *minute_high, *minute_low, *minute_volume, *accumulated_volume;
    const double *day_open, *day_high, *day_low, *day_close, *day_volume, *day_vwap;
    const double *previous_close, *previous_volume, *bid, *ask;
    // NaN also for what cannot be read, instead of leaving the ticker out.
    const double *bid_size, *ask_size, *minute_trades;
    // Nanoseconds since the Unix epoch; minute_start is converted from milliseconds.
    const int64_t *last_time, *minute_start, *quote_time, *updated;
    // The last trade's condition ids, packed as in a frame's trades; 0 for none.
    const uint64_t *last_conditions;
    // Elements left out, by reason; of duplicates the earlier one.
    size_t bad_symbol, wrong_type, impossible_number, duplicate;
} fastjson_snapshot;

typedef struct {
    // NUL-terminated; empty when absent. Cut to fit.
    char market[24], server_time[40];
    int early_hours, after_hours;
} fastjson_market_status;

typedef struct {
    // NUL-terminated; empty when absent. Cut to fit.
    char date[16], exchange[16], name[64], status[24], open[40], close[40];
} fastjson_holiday;

// One row per usable bar.
typedef struct {
    size_t count;
    // Milliseconds since the Unix epoch, at least 0: of a range the start of the window, of a grouped answer its end, 0
    // when absent.
    const int64_t *time;
    // -1 when absent or absurd.
    const int32_t *trades;
    // As sent: may be negative, and NaN when beyond every double. vwap is NaN when absent or not above 0.
    const double *volume, *vwap;
    // Of a grouped answer only: above 0, high not below low.
    const double *open, *high, *low, *close;
    // Of a grouped answer only: FASTJSON_SYMBOL_BYTES per row, zero-padded.
    const uint8_t *symbols;
    // Elements left out: a wrong type, no volume, no time (range), no symbol or prices (grouped).
    size_t malformed;
    // NUL-terminated, at most FASTJSON_URL_MAX bytes, untrusted; NULL when there is no next page.
    const char *next_url;
} fastjson_bars;

typedef struct {
    // Zero-padded.
    uint8_t symbol[FASTJSON_SYMBOL_BYTES];
    // NUL-terminated, as sent. Cut to fit.
    char execution_date[16];
    // Above 0.
    double from, to;
} fastjson_split;

typedef struct {
    size_t count;
    const fastjson_split *rows;
    // Elements left out.
    size_t malformed;
    // As in fastjson_bars.
    const char *next_url;
} fastjson_splits;

typedef struct {
    // NUL-terminated, as sent; empty when absent. Cut to fit.
    char list_date[16];
} fastjson_listing;

enum { FASTJSON_UPDATES_LAST = 1, FASTJSON_UPDATES_HIGH_LOW = 2, FASTJSON_UPDATES_VOLUME = 4 };

typedef struct {
    uint8_t id;
    // FASTJSON_UPDATES_…
    uint8_t effect;
    // NUL-terminated, as sent. Cut to fit.
    char name[192];
} fastjson_condition;

typedef struct {
    size_t count;
    const fastjson_condition *rows;
    // Elements left out: a wrong type, no id or one beyond 254, no name. Rows that tell no rule, or that are none of
    // trades, are left out uncounted.
    size_t malformed;
    // As in fastjson_bars.
    const char *next_url;
} fastjson_conditions;

// NULL when there is no memory.
fastjson_decoder *fastjson_create(void);
void fastjson_destroy(fastjson_decoder *decoder);

// Decodes a full-market snapshot. `out` is written on FASTJSON_OK only, and rows of the snapshot before stay untouched
// until then.
fastjson_status fastjson_decode_snapshot(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_snapshot *out
);

// Decodes /v1/marketstatus/now.
fastjson_status fastjson_decode_market_status(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_market_status *out
);

// Decodes /v1/marketstatus/upcoming into `rows` of `count` elements; an object with numbers for keys, an older form, is
// read as the array of its members.
fastjson_status fastjson_decode_holidays(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, const fastjson_holiday **rows, size_t *count
);

// Decodes /v2/aggs/ticker/{T}/range/…: time, volume, vwap and trades.
fastjson_status fastjson_decode_range(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_bars *out
);

// Decodes /v2/aggs/grouped/locale/us/market/stocks/{date}.
fastjson_status fastjson_decode_grouped(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_bars *out
);

// Decodes /v3/reference/splits and /stocks/v1/splits.
fastjson_status fastjson_decode_splits(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_splits *out
);

// Decodes /v3/reference/tickers/{T}.
fastjson_status fastjson_decode_listing(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_listing *out
);

// Decodes /v3/reference/conditions.
fastjson_status fastjson_decode_conditions(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_conditions *out
);

// Looks for the vendor's words in the body of an error: FASTJSON_VENDOR_ERROR when there are any.
fastjson_status fastjson_decode_error(fastjson_decoder *decoder, const uint8_t *body, size_t length);

// The vendor's `error`, else `message`, of the last body, unescaped UTF-8, cut to 300 bytes; untrusted text, may be
// empty.
const char *fastjson_message(const fastjson_decoder *decoder);

// The yardstick of `make bench`: reads the same fields with simdjson alone, checks nothing, keeps nothing. Returns a
// checksum, so that no work can be optimised away; NaN when the body cannot be read.
double fastjson_bare_pass(fastjson_decoder *decoder, const uint8_t *body, size_t length);

#ifdef __cplusplus
}
#endif

#include "FastJSONReference.h"
#include "FastJSONStream.h"

#endif
