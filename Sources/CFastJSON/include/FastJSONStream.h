#ifndef TRADEUL_FASTJSON_STREAM_H
#define TRADEUL_FASTJSON_STREAM_H

// The frames of the vendor's stocks WebSocket into columns. Included by CFastJSON.h.
//
// A stream belongs to one thread at a time. What a call returns by pointer stays valid until the next call on the same
// stream.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A frame may hold more status elements only by error or by malice.
#define FASTJSON_NOTICES_MAX 4096
#define FASTJSON_STATUS_BYTES 64
#define FASTJSON_MESSAGE_BYTES 300

typedef struct fastjson_stream fastjson_stream;

// Of all columns: `symbol` counts the symbols since fastjson_stream_begin; a price, a size or a volume that is absent is
// NaN, a price of zero too; times are nanoseconds since the Unix epoch, from 2000 to 2100, whatever unit they had.
typedef struct {
    size_t count;
    const int32_t *symbol;
    // Both above 0.
    const double *price, *size;
    const int64_t *time;
    // 0 when absent or out of range.
    const uint8_t *exchange;
    const uint16_t *trf;
    // Up to eight ids, the first in the lowest byte; 0 left out, 255 for what does not fit.
    const uint64_t *conditions;
    // 0 when there is neither an id nor a sequence number.
    const uint64_t *identity;
} fastjson_trades;

typedef struct {
    size_t count;
    const int32_t *symbol;
    // A size of zero stays zero.
    const double *bid, *ask, *bid_size, *ask_size;
    const int64_t *time;
} fastjson_quotes;

typedef struct {
    size_t count;
    const int32_t *symbol;
    const bool *is_minute;
    const int64_t *start, *end;
    // `volume` is always there; zero stays zero in both volumes.
    const double *volume, *accumulated;
    const double *open, *high, *low, *close, *day_vwap, *official_open;
} fastjson_windows;

typedef struct {
    size_t count;
    const int32_t *symbol;
    const double *upper, *lower;
    // As the conditions of a trade.
    const uint64_t *indicators;
    const int64_t *time;
} fastjson_bands;

typedef struct {
    // NUL-terminated, as sent, cut to FASTJSON_STATUS_BYTES and FASTJSON_MESSAGE_BYTES; untrusted.
    const char *status, *message;
} fastjson_notice;

typedef struct {
    fastjson_trades trades;
    fastjson_quotes quotes;
    fastjson_windows bars;
    fastjson_bands bands;
    size_t notice_count;
    const fastjson_notice *notices;
    // Every symbol since fastjson_stream_begin, FASTJSON_SYMBOL_BYTES each, zero-padded; the first of them that are new
    // with this frame is at `symbols_before`.
    size_t symbol_count, symbols_before;
    const uint8_t *symbols;
    // Elements left out, by reason, and whether the frame itself is no array of events.
    size_t unknown_event, malformed, bad_symbol, impossible_number, bad_frames;
} fastjson_frame;

// NULL when there is no memory.
fastjson_stream *fastjson_stream_create(void);
void fastjson_stream_destroy(fastjson_stream *stream);

// Starts counting symbols anew, with these `count` symbols of FASTJSON_SYMBOL_BYTES each as the first.
fastjson_status fastjson_stream_begin(fastjson_stream *stream, const uint8_t *symbols, size_t count);

// Decodes one frame of `length` bytes followed by at least FASTJSON_PADDING readable bytes. Whatever the frame holds,
// `out` is complete; only on FASTJSON_NO_MEMORY it is not written, and fastjson_stream_begin must come next.
fastjson_status fastjson_decode_frame(
    fastjson_stream *stream, const uint8_t *frame, size_t length, fastjson_frame *out
);

// The yardstick of `make bench`: reads the same fields with simdjson alone, checks nothing, keeps nothing. Returns a
// checksum; NaN when the frame cannot be read. The bytes behind the frame must be zero.
double fastjson_bare_frame_pass(fastjson_stream *stream, const uint8_t *frame, size_t length);

#ifdef __cplusplus
}
#endif

#endif
