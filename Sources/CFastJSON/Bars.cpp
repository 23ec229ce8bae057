// GET /v2/aggs/ticker/{T}/range/… and /v2/aggs/grouped/… → columns.
//
// One forward pass over `results`. An element that cannot be read costs only itself; what breaks JSON costs the body.
// A range of five-minute bars is read for its volumes, so its opens to closes are skipped: they would double the time.

#include "Envelope.hpp"
#include "Reading.hpp"

using namespace fastjson;
using simdjson::error_code;
using simdjson::SUCCESS;

namespace {

// The last millisecond whose nanoseconds fit.
constexpr int64_t time_max = INT64_MAX / 1000000;

struct Bar {
    double open = missing, high = missing, low = missing, close = missing;
    double volume = missing, vwap = missing;
    int64_t time = 0;
    int32_t trades = -1;
    uint8_t symbol[FASTJSON_SYMBOL_BYTES];
    bool has_symbol = false, has_volume = false, has_time = false;
    bool is_malformed = false;
};

bool is_null(od::value &value) {
    bool null = false;
    return value.is_null().get(null) == SUCCESS && null;
}

// A number that may be out of any range (NaN then); false when it is absent (null) or not a number, which is a flaw.
bool read_any(od::value &value, double &to, Bar &bar) {
    if (value.get_double().get(to) == SUCCESS) return true;
    const std::string_view token = value.raw_json_token();
    if (!token.empty() && begins_number(token[0])) {
        to = missing;
        return true;
    }
    if (!is_null(value)) bar.is_malformed = true;
    return false;
}

void read_price(od::value &value, double &to, Bar &bar) {
    double number;
    if (read_any(value, number, bar) && number > 0 && number <= number_max) to = number;
}

void read_trades(od::value &value, Bar &bar) {
    double number;
    if (read_any(value, number, bar) && number >= 0 && number <= INT32_MAX) bar.trades = int32_t(number);
}

// Milliseconds, exactly, also where they are written as 1.7e12.
void read_time(od::value &value, Bar &bar) {
    int64_t time;
    if (value.get_int64().get(time) != SUCCESS) {
        const std::string_view token = value.raw_json_token();
        const bool is_number = !token.empty() && begins_number(token[0]);
        if (!is_number || !exact_integer(token, time)) {
            if (is_number || !is_null(value)) bar.is_malformed = true;
            return;
        }
    }
    if (time < 0 || time > time_max) {
        bar.is_malformed = true;
        return;
    }
    bar.time = time;
    bar.has_time = true;
}

void read_member(unsigned key, od::value &value, Bar &bar, bool is_grouped) {
    switch (key) {
    case 'v': bar.has_volume = read_any(value, bar.volume, bar); break;
    case 'n': read_trades(value, bar); break;
    case 't': read_time(value, bar); break;
    case two('v', 'w'): read_price(value, bar.vwap, bar); break;
    default: break;
    }
    if (!is_grouped) return;
    switch (key) {
    case 'T': bar.has_symbol = copy_symbol(value, bar.symbol); break;
    case 'o': read_price(value, bar.open, bar); break;
    case 'h': read_price(value, bar.high, bar); break;
    case 'l': read_price(value, bar.low, bar); break;
    case 'c': read_price(value, bar.close, bar); break;
    default: break;
    }
}

fastjson_status read_bar(od::object &object, BarColumns &columns, bool is_grouped) {
    Bar bar;
    for (auto member : object) {
        od::field field;
        if (const error_code error = std::move(member).get(field)) return status_of(error);
        const char *key = field.key().raw();
        const size_t length = key_length(key);
        if (length == 1) read_member(unsigned(key[0]), field.value(), bar, is_grouped);
        if (length == 2) read_member(two(key[0], key[1]), field.value(), bar, is_grouped);
    }
    const bool has_prices = bar.open > 0 && bar.low > 0 && bar.close > 0 && bar.high >= bar.low;
    const bool is_whole = bar.has_volume && (is_grouped ? bar.has_symbol && has_prices : bar.has_time);
    if (bar.is_malformed || !is_whole) {
        columns.malformed++;
        return FASTJSON_OK;
    }
    if (columns.volume.size() == FASTJSON_BARS_MAX) return FASTJSON_TOO_MANY;
    columns.time.push_back(bar.time);
    columns.volume.push_back(bar.volume);
    columns.vwap.push_back(bar.vwap);
    columns.trades.push_back(bar.trades);
    if (!is_grouped) return FASTJSON_OK;
    columns.open.push_back(bar.open);
    columns.high.push_back(bar.high);
    columns.low.push_back(bar.low);
    columns.close.push_back(bar.close);
    columns.symbols.insert(columns.symbols.end(), bar.symbol, bar.symbol + FASTJSON_SYMBOL_BYTES);
    return FASTJSON_OK;
}

fastjson_status decode(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, bool is_grouped, fastjson_bars *out
) {
    try {
        BarColumns &columns = decoder->bars;
        columns.clear();
        const fastjson_status status = read_envelope(*decoder, body, length, [&](od::value &value) {
            return read_objects(value, columns.malformed, [&](od::object &object) {
                return read_bar(object, columns, is_grouped);
            });
        });
        if (status == FASTJSON_OK) columns.expose(*out, decoder->next());
        decoder->trim();
        return status;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}

}  // namespace

fastjson_status fastjson_decode_range(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_bars *out
) {
    return decode(decoder, body, length, false, out);
}

fastjson_status fastjson_decode_grouped(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_bars *out
) {
    return decode(decoder, body, length, true, out);
}
