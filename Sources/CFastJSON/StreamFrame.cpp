// A frame of the WebSocket: an array of events → columns.
//
// simdjson finds the tokens, and one pass over them reads the array. Where its JSON is broken the pass ends, and the rest
// is cut into elements by matching brackets and read one by one: that is slower, and one broken element costs no other.
// The pass is our own, not On-Demand's, which after an error cannot go on, and which takes twice the time.

#include "Stream.hpp"

#include <cstring>
#include <limits>

using namespace fastjson;

namespace {

bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

// The elements of an array that begins with the frame.
void read_array(fastjson_stream &stream, const uint8_t *frame, size_t length) {
    Cursor cursor;
    if (!stream.scan(frame, length, cursor)) return read_pieces(stream, frame, length, 1, false, true);
    cursor.at++;
    if (cursor.peek() == ']') {
        cursor.at++;
    } else {
        while (true) {
            const size_t first = cursor.is_at_end() ? length : *cursor.at;
            bool is_counted = false;
            if (cursor.peek() == '{') {
                is_counted = read_element(cursor, stream);
            } else if (skip_value(cursor)) {
                stream.malformed++;
                is_counted = true;
            }
            const char next = is_counted ? cursor.peek() : char(0);
            if (next != ',' && next != ']') return read_pieces(stream, frame, length, first, is_counted, true);
            cursor.at++;
            if (next == ']') break;
        }
    }
    if (!cursor.is_at_end()) stream.bad_frames++;
}

// Anything that is no array of events; a single object is taken as one event.
void read_frame(fastjson_stream &stream, const uint8_t *frame, size_t length) {
    size_t at = 0;
    if (length >= 3 && frame[0] == 0xEF && frame[1] == 0xBB && frame[2] == 0xBF) at = 3;
    while (at < length && is_space(frame[at])) at++;
    const uint8_t first = at < length ? frame[at] : 0;
    if (first == '[') {
        read_array(stream, frame + at, length - at);
    } else if (first == '{') {
        read_pieces(stream, frame, length, at, false, false);
    } else {
        stream.bad_frames++;
    }
}

void expose(fastjson_stream &stream, size_t symbols_before, fastjson_frame &out) {
    stream.trades.expose(out.trades);
    stream.quotes.expose(out.quotes);
    stream.bars.expose(out.bars);
    stream.bands.expose(out.bands);
    for (const auto &notice : stream.notices)
        stream.shown_notices.push_back(fastjson_notice{notice.first.c_str(), notice.second.c_str()});
    out.notice_count = stream.shown_notices.size();
    out.notices = stream.shown_notices.data();
    out.symbol_count = stream.symbol_count;
    out.symbols_before = symbols_before;
    out.symbols = stream.symbols.data();
    out.unknown_event = stream.unknown_event;
    out.malformed = stream.malformed;
    out.bad_symbol = stream.bad_symbol;
    out.impossible_number = stream.impossible_number;
    out.bad_frames = stream.bad_frames;
}

}  // namespace

fastjson_stream *fastjson_stream_create(void) {
    try {
        return new fastjson_stream();
    } catch (...) {
        return nullptr;
    }
}

void fastjson_stream_destroy(fastjson_stream *stream) { delete stream; }

fastjson_status fastjson_stream_begin(fastjson_stream *stream, const uint8_t *symbols, size_t count) {
    try {
        stream->index.clear();
        stream->symbols.clear();
        stream->symbol_count = 0;
        for (size_t row = 0; row < count; row++) {
            const uint8_t *symbol = symbols + row * FASTJSON_SYMBOL_BYTES;
            stream->index.find_or_insert(symbol, row, stream->symbols);
            stream->symbols.insert(stream->symbols.end(), symbol, symbol + FASTJSON_SYMBOL_BYTES);
            stream->symbol_count++;
        }
        return count > FASTJSON_TICKERS_MAX ? FASTJSON_TOO_MANY : FASTJSON_OK;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}

fastjson_status fastjson_decode_frame(
    fastjson_stream *stream, const uint8_t *frame, size_t length, fastjson_frame *out
) {
    try {
        stream->clear();
        const size_t symbols_before = stream->symbol_count;
        // A zero byte behind the last is where every reader stops, whatever is broken before it.
        if (frame[length] != 0) {
            stream->padded.assign(frame, frame + length);
            stream->padded.resize(length + FASTJSON_PADDING, 0);
            std::vector<uint8_t> copy;
            copy.swap(stream->padded);
            read_frame(*stream, copy.data(), length);
        } else {
            read_frame(*stream, frame, length);
        }
        expose(*stream, symbols_before, *out);
        stream->trim();
        return FASTJSON_OK;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}
