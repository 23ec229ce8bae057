// GET /v2/snapshot/locale/us/markets/stocks/tickers → columns.
//
// One forward pass: the order of keys is free, unknown keys are skipped, a bad ticker is counted and left out, and only
// what breaks JSON itself ends the whole body. Numbers are read in every form JSON allows; times never pass through a
// double, since nanoseconds since 1970 need 61 bits.

#include "Reading.hpp"

#include <cmath>
#include <cstring>
#include <utility>

using namespace fastjson;
using simdjson::error_code;
using simdjson::SUCCESS;

namespace {

// Why an element is left out; the first reason found is the one that counts.
enum class Flaw { none, symbol, type, number };

struct Element {
    Row row;
    Flaw flaw = Flaw::none;
    bool has_symbol = false;

    Element() {
        row.last_price = row.minute_close = row.minute_high = row.minute_low = missing;
        row.minute_volume = row.accumulated_volume = missing;
        row.day_open = row.day_high = row.day_low = row.day_close = row.day_volume = row.day_vwap = missing;
        row.previous_close = row.previous_volume = row.bid = row.ask = missing;
        row.bid_size = row.ask_size = row.minute_trades = missing;
        row.last_time = row.minute_start = row.quote_time = row.updated = 0;
        row.last_conditions = 0;
        std::memset(row.symbol, 0, sizeof row.symbol);
    }

    void blame(Flaw reason) {
        if (flaw == Flaw::none) flaw = reason;
    }
};

// After a number could not be read: absent (null), impossible (1e999, 1.2.3) or not a number at all.
void explain(od::value &value, Element &element) {
    std::string_view token = value.raw_json_token();
    bool is_null = false;
    if (!token.empty() && token[0] == 'n' && value.is_null().get(is_null) == SUCCESS && is_null) return;
    element.blame(!token.empty() && begins_number(token[0]) ? Flaw::number : Flaw::type);
}

// A price or volume; zero counts as missing unless it is kept.
void read_number(od::value &value, double &to, Element &element, bool keeps_zero = false) {
    double number;
    if (value.get_double().get(number) != SUCCESS) return explain(value, element);
    // Also false for a NaN, should a parser ever make one.
    if (!(number >= 0 && number <= number_max)) return element.blame(Flaw::number);
    if (number > 0 || keeps_zero) to = number;
}

// A number beside the point: one that cannot be read is missing and spoils nothing. Zero counts as missing.
//
// Nearly all are a few digits, which need no parser of doubles: that keeps three more columns below 3 % of the time.
void read_count(od::value &value, double &to) {
    const std::string_view token = value.raw_json_token();
    unsigned whole = 0;
    size_t at = 0;
    while (at < token.size() && at < 9 && token[at] >= '0' && token[at] <= '9') whole = whole * 10 + (token[at++] - '0');
    const bool is_whole = at > 0 && (at == token.size() || token[at] == ' ' || token[at] == '\n');
    double number = whole;
    if (!is_whole || (at > 1 && token[0] == '0')) {
        if (value.get_double().get(number) != SUCCESS) return;
    }
    if (number > 0 && number <= number_max) to = number;
}

// A time in units of `scale` nanoseconds; zero counts as missing.
void read_time(od::value &value, int64_t scale, int64_t &to, Element &element) {
    int64_t time;
    const error_code error = value.get_int64().get(time);
    if (error != SUCCESS) {
        std::string_view token = value.raw_json_token();
        if (token.empty() || !begins_number(token[0])) return explain(value, element);
        if (!exact_integer(token, time)) return element.blame(Flaw::number);
    }
    if (time < 0 || time > INT64_MAX / scale) return element.blame(Flaw::number);
    to = time * scale;
}

void read_symbol(od::value &value, Element &element) {
    if (!copy_symbol(value, element.row.symbol)) return element.blame(Flaw::symbol);
    element.has_symbol = true;
}

// Calls `use(key, value)` for each member of an object whose key has one or two characters; `key` is then that many
// bytes as a number. Null counts as absent; anything but an object is a flaw of the element.
template <typename Use> error_code read_members(od::value &value, Element &element, Use use) {
    od::object object;
    const error_code error = value.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) {
        bool is_null = false;
        if (value.is_null().get(is_null) != SUCCESS || !is_null) element.blame(Flaw::type);
        return SUCCESS;
    }
    if (error) return error;
    for (auto member : object) {
        od::field field;
        if (const error_code broken = std::move(member).get(field)) return broken;
        const char *key = field.key().raw();
        const size_t length = key_length(key);
        if (length == 1) use(unsigned(key[0]), field.value());
        if (length == 2) use(unsigned(key[0]) | unsigned(key[1]) << 8, field.value());
    }
    return SUCCESS;
}

error_code read_day(od::value &value, Element &element) {
    Row &row = element.row;
    return read_members(value, element, [&](unsigned key, od::value &member) {
        switch (key) {
        case 'o': read_number(member, row.day_open, element); break;
        case 'h': read_number(member, row.day_high, element); break;
        case 'l': read_number(member, row.day_low, element); break;
        case 'c': read_number(member, row.day_close, element); break;
        case 'v': read_number(member, row.day_volume, element); break;
        case two('v', 'w'): read_number(member, row.day_vwap, element); break;
        default: break;
        }
    });
}

error_code read_previous_day(od::value &value, Element &element) {
    Row &row = element.row;
    return read_members(value, element, [&](unsigned key, od::value &member) {
        if (key == 'c') read_number(member, row.previous_close, element);
        if (key == 'v') read_number(member, row.previous_volume, element);
    });
}

error_code read_minute(od::value &value, Element &element) {
    Row &row = element.row;
    return read_members(value, element, [&](unsigned key, od::value &member) {
        switch (key) {
        case 'h': read_number(member, row.minute_high, element); break;
        case 'l': read_number(member, row.minute_low, element); break;
        case 'c': read_number(member, row.minute_close, element); break;
        case 'v': read_number(member, row.minute_volume, element); break;
        case 't': read_time(member, 1000000, row.minute_start, element); break;
        case 'n': read_count(member, row.minute_trades); break;
        // "Nothing yet" is a fact here, so a zero stays a zero.
        case two('a', 'v'): read_number(member, row.accumulated_volume, element, true); break;
        default: break;
        }
    });
}

// Up to eight condition ids, packed; null is none, and what is no id counts as unknown, 255.
void read_conditions(od::value &value, uint64_t &to) {
    od::array array;
    if (value.get_array().get(array) != SUCCESS) return;
    uint64_t codes = 0;
    unsigned count = 0;
    for (auto item : array) {
        od::value code;
        double number = -1;
        // What is broken ends the list here, and the element where its next member is asked for.
        if (std::move(item).get(code) != SUCCESS) break;
        if (code.get_double().get(number) != SUCCESS) number = -1;
        if (number == 0 || count == 8) continue;
        const bool is_id = number > 0 && number <= 254 && number == double(int(number));
        codes |= uint64_t(is_id ? int(number) : 255) << (8 * count++);
    }
    to = codes;
}

error_code read_trade(od::value &value, Element &element) {
    Row &row = element.row;
    return read_members(value, element, [&](unsigned key, od::value &member) {
        if (key == 'p') read_number(member, row.last_price, element);
        if (key == 't') read_time(member, 1, row.last_time, element);
        if (key == 'c') read_conditions(member, row.last_conditions);
    });
}

error_code read_quote(od::value &value, Element &element) {
    Row &row = element.row;
    return read_members(value, element, [&](unsigned key, od::value &member) {
        switch (key) {
        case 'p': read_number(member, row.bid, element); break;
        case 'P': read_number(member, row.ask, element); break;
        case 's': read_count(member, row.bid_size); break;
        case 'S': read_count(member, row.ask_size); break;
        case 't': read_time(member, 1, row.quote_time, element); break;
        default: break;
        }
    });
}

error_code read_element(od::object &object, Element &element) {
    for (auto member : object) {
        od::field field;
        if (const error_code broken = std::move(member).get(field)) return broken;
        const char *key = field.key().raw();
        const size_t length = key_length(key);
        error_code broken = SUCCESS;
        if (is_key(key, length, "ticker", 6)) {
            read_symbol(field.value(), element);
        } else if (is_key(key, length, "day", 3)) {
            broken = read_day(field.value(), element);
        } else if (is_key(key, length, "min", 3)) {
            broken = read_minute(field.value(), element);
        } else if (is_key(key, length, "prevDay", 7)) {
            broken = read_previous_day(field.value(), element);
        } else if (is_key(key, length, "lastTrade", 9)) {
            broken = read_trade(field.value(), element);
        } else if (is_key(key, length, "lastQuote", 9)) {
            broken = read_quote(field.value(), element);
        } else if (is_key(key, length, "updated", 7)) {
            read_time(field.value(), 1, element.row.updated, element);
        }
        if (broken) return broken;
    }
    if (!element.has_symbol) element.blame(Flaw::symbol);
    return SUCCESS;
}

fastjson_status store(fastjson_decoder &decoder, const Element &element) {
    Columns &columns = decoder.spare;
    switch (element.flaw) {
    case Flaw::none: break;
    case Flaw::symbol: columns.bad_symbol++; return FASTJSON_OK;
    case Flaw::type: columns.wrong_type++; return FASTJSON_OK;
    case Flaw::number: columns.impossible_number++; return FASTJSON_OK;
    }
    if (columns.count == columns.capacity) {
        if (columns.count == FASTJSON_TICKERS_MAX) return FASTJSON_TOO_MANY;
        columns.grow();
    }
    const size_t row = decoder.index.find_or_insert(element.row.symbol, columns.count, columns.symbols);
    if (row < columns.count) {
        columns.duplicate++;
    } else {
        columns.count++;
    }
    columns.put(row, element.row);
    return FASTJSON_OK;
}

fastjson_status read_tickers(fastjson_decoder &decoder, od::value &value, bool &found) {
    od::array array;
    error_code error = value.get_array().get(array);
    if (error == simdjson::INCORRECT_TYPE) return FASTJSON_OK;
    if (error) return status_of(error);
    found = true;
    for (auto item : array) {
        od::value entry;
        if ((error = std::move(item).get(entry))) return status_of(error);
        od::object object;
        error = entry.get_object().get(object);
        if (error == simdjson::INCORRECT_TYPE) {
            decoder.spare.wrong_type++;
            continue;
        }
        if (error) return status_of(error);
        Element element;
        if ((error = read_element(object, element))) return status_of(error);
        if (const fastjson_status status = store(decoder, element)) return status;
    }
    return FASTJSON_OK;
}

fastjson_status decode(fastjson_decoder &decoder, const uint8_t *body, size_t length) {
    od::document document;
    if (const fastjson_status status = decoder.open(body, length, document)) return status;
    decoder.spare.clear();
    decoder.index.clear();
    od::object root;
    if (const error_code error = document.get_object().get(root)) return status_of(error);
    bool found = false;
    for (auto member : root) {
        od::field field;
        if (const error_code error = std::move(member).get(field)) return status_of(error);
        const char *key = field.key().raw();
        const size_t key_size = key_length(key);
        if (is_key(key, key_size, "tickers", 7)) {
            if (const fastjson_status status = read_tickers(decoder, field.value(), found)) return status;
        } else if (is_key(key, key_size, "error", 5)) {
            decoder.note_message(field.value(), true);
        } else if (is_key(key, key_size, "message", 7)) {
            decoder.note_message(field.value(), false);
        }
    }
    if (!is_at_end(document)) return FASTJSON_MALFORMED;
    if (found) return FASTJSON_OK;
    return decoder.message.empty() ? FASTJSON_UNEXPECTED : FASTJSON_VENDOR_ERROR;
}

}  // namespace

fastjson_status fastjson_decode_snapshot(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_snapshot *out
) {
    fastjson_status status;
    try {
        status = decode(*decoder, body, length);
        if (status == FASTJSON_OK) {
            std::swap(decoder->shown, decoder->spare);
            decoder->shown.expose(*out);
        }
        decoder->trim();
    } catch (...) {
        status = FASTJSON_NO_MEMORY;
    }
    return status;
}
