// One element of a frame: {"ev":"T","sym":"AAPL",…} → a row of the columns of its kind.
//
// The same letter means different things in different events, so the kind comes first: it is nearly always the first
// member, else it is looked for and the object is read from its start.

#include "StreamFields.hpp"

#include <cmath>
#include <string>


namespace fastjson {

namespace {

enum class Kind { none, trade, quote, second, minute, band, status, unknown };

constexpr int64_t second_ns = 1000000000;

Kind kind_of(const char *value) {
    if (*value != '"') return Kind::none;
    switch (key_code(value + 1)) {
    case 'T': return Kind::trade;
    case 'Q': return Kind::quote;
    case 'A': return Kind::second;
    case two('A', 'M'): return Kind::minute;
    case four('L', 'U', 'L', 'D'): return Kind::band;
    default: break;
    }
    return std::memcmp(value, "\"status\"", 8) == 0 ? Kind::status : Kind::unknown;
}

// Calls `use(key, value)` for the members of an object that has some, from the first key on, and leaves the cursor behind
// the object. `key` is 0 for one of more than four letters. False when the JSON is broken.
template <typename Use> bool each_member(Cursor &cursor, Use use) {
    while (true) {
        if (cursor.end - cursor.at < 4) return false;
        const char *key = cursor.frame + cursor.at[0];
        if (*key != '"' || cursor.frame[cursor.at[1]] != ':') return false;
        cursor.at += 2;
        use(key_code(key + 1), cursor.frame + *cursor.at);
        if (!skip_value(cursor)) return false;
        const char next = cursor.peek();
        cursor.at++;
        if (next == '}') return true;
        if (next != ',') return false;
    }
}

// Stores an event whose fields are all right, and counts any other.
template <typename Columns, typename Row>
bool store(fastjson_stream &stream, Columns &columns, const Event &event, const Row &row) {
    int32_t symbol;
    if (event.flaw != Flaw::none) {
        stream.reject(event.flaw);
    } else if (!event.has_symbol) {
        stream.malformed++;
    } else if (!stream.intern(event, symbol)) {
        stream.bad_symbol++;
    } else {
        columns.put(symbol, row);
    }
    return true;
}

// What must be there: NaN or 0 says that it was not.
void demand(double number, Event &event) {
    if (std::isnan(number)) event.blame(Flaw::malformed);
}

void demand(int64_t time, Event &event) {
    if (time == 0) event.blame(Flaw::malformed);
}

double or_missing(double price) { return price > 0 ? price : missing; }

bool read_trade(fastjson_stream &stream, Cursor &cursor) {
    Event event;
    double price = missing, size = missing, decimal_size = missing;
    int64_t time = 0;
    int32_t exchange = 0, trf = 0;
    uint64_t conditions = 0, id = 0;
    int64_t sequence = 0;
    bool has_sequence = false;
    const bool is_whole = each_member(cursor, [&](unsigned key, const char *value) {
        switch (key) {
        case three('s', 'y', 'm'): read_symbol(value, event); break;
        case 'p': read_number(value, price, event); break;
        case 's': read_number(value, size, event); break;
        case two('d', 's'): read_decimal(value, decimal_size, event); break;
        case 't': read_moment(value, time, event); break;
        case 'x': read_id(value, UINT8_MAX, exchange, event); break;
        case 'i': read_identity(value, id, event); break;
        case 'c': read_codes(value, conditions, event); break;
        case 'q': read_sequence(value, sequence, has_sequence, event); break;
        case four('t', 'r', 'f', 'i'): read_id(value, UINT16_MAX, trf, event); break;
        default: break;
        }
    });
    if (!is_whole) return false;
    if (!std::isnan(decimal_size)) size = decimal_size;
    demand(price, event);
    demand(size, event);
    demand(time, event);
    if (!(price > 0) || !(size > 0)) event.blame(Flaw::number);
    uint64_t identity = 0;
    // Never 0, which says that there is none.
    if (id != 0) identity = mix(id, uint64_t(exchange) << 16 | uint64_t(trf)) | 1;
    if (id == 0 && has_sequence) identity = mix(uint64_t(sequence), 0x517CC1B727220A95u) | 1;
    const Trade trade{price, size, time, conditions, identity, uint16_t(trf), uint8_t(exchange)};
    return store(stream, stream.trades, event, trade);
}

bool read_quote(fastjson_stream &stream, Cursor &cursor) {
    Event event;
    Quote quote{missing, missing, missing, missing, 0};
    const bool is_whole = each_member(cursor, [&](unsigned key, const char *value) {
        switch (key) {
        case three('s', 'y', 'm'): read_symbol(value, event); break;
        case two('b', 'p'): read_number(value, quote.bid, event); break;
        case two('a', 'p'): read_number(value, quote.ask, event); break;
        case two('b', 's'): read_number(value, quote.bid_size, event); break;
        case two('a', 's'): read_number(value, quote.ask_size, event); break;
        case 't': read_moment(value, quote.time, event); break;
        default: break;
        }
    });
    if (!is_whole) return false;
    demand(quote.time, event);
    quote.bid = or_missing(quote.bid);
    quote.ask = or_missing(quote.ask);
    return store(stream, stream.quotes, event, quote);
}

bool read_window(fastjson_stream &stream, bool is_minute, Cursor &cursor) {
    Event event;
    Window bar{0, 0, missing, missing, missing, missing, missing, missing, missing, missing, is_minute};
    double decimal_volume = missing, decimal_accumulated = missing;
    const bool is_whole = each_member(cursor, [&](unsigned key, const char *value) {
        switch (key) {
        case three('s', 'y', 'm'): read_symbol(value, event); break;
        case 'v': read_number(value, bar.volume, event); break;
        case two('d', 'v'): read_decimal(value, decimal_volume, event); break;
        case two('a', 'v'): read_number(value, bar.accumulated, event); break;
        case three('d', 'a', 'v'): read_decimal(value, decimal_accumulated, event); break;
        case two('o', 'p'): read_number(value, bar.official_open, event); break;
        case 'o': read_number(value, bar.open, event); break;
        case 'h': read_number(value, bar.high, event); break;
        case 'l': read_number(value, bar.low, event); break;
        case 'c': read_number(value, bar.close, event); break;
        case 'a': read_number(value, bar.day_vwap, event); break;
        case 's': read_moment(value, bar.start, event); break;
        case 'e': read_moment(value, bar.end, event); break;
        default: break;
        }
    });
    if (!is_whole) return false;
    if (!std::isnan(decimal_volume)) bar.volume = decimal_volume;
    if (!std::isnan(decimal_accumulated)) bar.accumulated = decimal_accumulated;
    demand(bar.volume, event);
    demand(bar.start, event);
    if (bar.end == 0) bar.end = bar.start + (is_minute ? 60 : 1) * second_ns;
    if (bar.end <= bar.start) event.blame(Flaw::number);
    for (double *price : {&bar.open, &bar.high, &bar.low, &bar.close, &bar.day_vwap, &bar.official_open})
        *price = or_missing(*price);
    if (bar.high < bar.low) event.blame(Flaw::number);
    return store(stream, stream.bars, event, bar);
}

bool read_band(fastjson_stream &stream, Cursor &cursor) {
    Event event;
    Band band{missing, missing, 0, 0};
    const bool is_whole = each_member(cursor, [&](unsigned key, const char *value) {
        switch (key) {
        case 'T': read_symbol(value, event); break;
        case 'h': read_number(value, band.upper, event); break;
        case 'l': read_number(value, band.lower, event); break;
        case 'i': read_codes(value, band.indicators, event); break;
        case 't': read_moment(value, band.time, event); break;
        default: break;
        }
    });
    if (!is_whole) return false;
    demand(band.time, event);
    band.upper = or_missing(band.upper);
    band.lower = or_missing(band.lower);
    return store(stream, stream.bands, event, band);
}

// A string value cut on a character boundary; false for anything but a string that can be read.
bool read_text(od::value &value, size_t length_max, std::string &to) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) return false;
    size_t length = text.size();
    if (length > length_max) {
        length = length_max;
        while (length > 0 && (text[length] & 0xC0) == 0x80) length--;
    }
    to.assign(text.data(), length);
    return true;
}

// Status elements are rare and hold text, so they are read once more by On-Demand.
bool read_status(fastjson_stream &stream, size_t first, Cursor &cursor) {
    const size_t length = cursor.at[-1] + 1 - first;
    const auto *bytes = reinterpret_cast<const uint8_t *>(cursor.frame) + first;
    stream.unescaped.assign(bytes, bytes + length);
    stream.unescaped.resize(length + FASTJSON_PADDING, 0);
    simdjson::padded_string_view view(stream.unescaped.data(), length, length + FASTJSON_PADDING);
    od::document document;
    od::object object;
    if (stream.parser.iterate(view).get(document) || document.get_object().get(object)) return false;
    std::string status, message;
    bool has_status = false;
    for (auto member : object) {
        od::field field;
        if (std::move(member).get(field)) return false;
        const char *name = field.key().raw();
        const size_t size = key_length(name);
        if (is_key(name, size, "status", 6)) has_status = read_text(field.value(), FASTJSON_STATUS_BYTES, status);
        // A word that says what happened counts also when its explanation cannot be read.
        if (is_key(name, size, "message", 7)) read_text(field.value(), FASTJSON_MESSAGE_BYTES, message);
    }
    if (!has_status || stream.notices.size() == FASTJSON_NOTICES_MAX) {
        stream.malformed++;
    } else {
        stream.notices.emplace_back(std::move(status), std::move(message));
    }
    return true;
}

// The kind of an object, from the cursor at its first key on; none when no member tells or the JSON is broken.
Kind find_kind(Cursor cursor) {
    if (cursor.end - cursor.at > 2 && key_code(cursor.frame + cursor.at[0] + 1) == two('e', 'v'))
        return kind_of(cursor.frame + cursor.at[2]);
    Kind kind = Kind::none;
    each_member(cursor, [&](unsigned key, const char *value) {
        if (key == two('e', 'v') && kind == Kind::none) kind = kind_of(value);
    });
    return kind;
}

}  // namespace

bool skip_value(Cursor &cursor) {
    switch (cursor.peek()) {
    case 0: case ',': case ':': case '}': case ']': return false;
    case '{': case '[': break;
    default: cursor.at++; return true;
    }
    size_t depth = 0;
    while (cursor.at != cursor.end) {
        const char token = cursor.frame[*cursor.at++];
        if (token == '{' || token == '[') depth++;
        if ((token == '}' || token == ']') && --depth == 0) return true;
    }
    return false;
}

bool read_element(Cursor &cursor, fastjson_stream &stream) {
    const size_t first = *cursor.at++;
    const Kind kind = find_kind(cursor);
    switch (kind) {
    case Kind::trade: return read_trade(stream, cursor);
    case Kind::quote: return read_quote(stream, cursor);
    case Kind::second: return read_window(stream, false, cursor);
    case Kind::minute: return read_window(stream, true, cursor);
    case Kind::band: return read_band(stream, cursor);
    case Kind::status: case Kind::none: case Kind::unknown: break;
    }
    cursor.at--;
    if (!skip_value(cursor)) return false;
    if (kind == Kind::status) return read_status(stream, first, cursor);
    (kind == Kind::unknown ? stream.unknown_event : stream.malformed)++;
    return true;
}

}  // namespace fastjson
