// Facts about tickers: Polygon's /v3/reference/tickers within its envelope, FMP's arrays of rows.

#include "Envelope.hpp"
#include "Reading.hpp"

using namespace fastjson;
using simdjson::error_code;
using simdjson::SUCCESS;

namespace {

// Calls `use(key, value)` for the members of an object.
template <typename Use> fastjson_status read_members(od::object &object, Use use) {
    for (auto member : object) {
        od::field field;
        if (const error_code error = std::move(member).get(field)) return status_of(error);
        std::string_view key;
        if (const error_code error = field.unescaped_key().get(key)) return status_of(error);
        use(key, field.value());
    }
    return FASTJSON_OK;
}

// A count of shares or of dollars in any of the forms it comes in; `missing` for what cannot be one.
double read_amount(od::value &value) {
    od::json_type type;
    if (value.type().get(type) != SUCCESS) return missing;
    double number = missing;
    error_code error = simdjson::INCORRECT_TYPE;
    if (type == od::json_type::number) error = value.get_double().get(number);
    if (type == od::json_type::string) error = value.get_double_in_string().get(number);
    return error == SUCCESS && number > 0 && number <= number_max ? number : missing;
}

fastjson_status read_ticker(fastjson_decoder &decoder, od::object &object, size_t &malformed) {
    fastjson_ticker row;
    std::memset(&row, 0, sizeof row);
    bool has_symbol = false, is_active = true;
    const fastjson_status status = read_members(object, [&](std::string_view key, od::value &value) {
        bool flag;
        if (key == "ticker") has_symbol = copy_symbol(value, row.symbol);
        if (key == "name") copy_text(value, row.name, sizeof row.name);
        if (key == "primary_exchange") copy_text(value, row.exchange, sizeof row.exchange);
        if (key == "type") copy_text(value, row.type, sizeof row.type);
        if (key == "active" && value.get_bool().get(flag) == SUCCESS) is_active = flag;
    });
    if (status) return status;
    if (!has_symbol) {
        malformed++;
    } else if (is_active) {
        if (decoder.tickers.size() == FASTJSON_REFERENCE_MAX) return FASTJSON_TOO_MANY;
        decoder.tickers.push_back(row);
    }
    return FASTJSON_OK;
}

fastjson_status read_fact(fastjson_decoder &decoder, od::object &object, size_t &malformed) {
    fastjson_fact row;
    std::memset(&row, 0, sizeof row);
    row.float_shares = row.outstanding_shares = row.market_cap = missing;
    bool has_symbol = false;
    const fastjson_status status = read_members(object, [&](std::string_view key, od::value &value) {
        if (key == "symbol") has_symbol = copy_symbol(value, row.symbol);
        if (key == "date") copy_text(value, row.date, sizeof row.date);
        if (key == "floatShares") row.float_shares = read_amount(value);
        if (key == "outstandingShares") row.outstanding_shares = read_amount(value);
        if (key == "marketCap") row.market_cap = read_amount(value);
    });
    if (status) return status;
    if (!has_symbol) {
        malformed++;
        return FASTJSON_OK;
    }
    if (decoder.facts.size() == FASTJSON_REFERENCE_MAX) return FASTJSON_TOO_MANY;
    decoder.facts.push_back(row);
    return FASTJSON_OK;
}

fastjson_status read_profile(fastjson_decoder &decoder, od::object &object, size_t &malformed) {
    fastjson_profile row;
    std::memset(&row, 0, sizeof row);
    row.market_cap = missing;
    bool has_symbol = false;
    const fastjson_status status = read_members(object, [&](std::string_view key, od::value &value) {
        if (key == "symbol") has_symbol = copy_symbol(value, row.symbol);
        if (key == "companyName") copy_text(value, row.name, sizeof row.name);
        if (key == "exchange") copy_text(value, row.exchange, sizeof row.exchange);
        if (key == "sector") copy_text(value, row.sector, sizeof row.sector);
        if (key == "industry") copy_text(value, row.industry, sizeof row.industry);
        if (key == "country") copy_text(value, row.country, sizeof row.country);
        if (key == "marketCap") row.market_cap = read_amount(value);
    });
    if (status) return status;
    if (!has_symbol) {
        malformed++;
        return FASTJSON_OK;
    }
    if (decoder.profiles.size() == FASTJSON_REFERENCE_MAX) return FASTJSON_TOO_MANY;
    decoder.profiles.push_back(row);
    return FASTJSON_OK;
}

// Decodes an array of rows, each by `read_one`, into `rows` and tells it by `out`; an object is an error with words.
template <typename Rows, typename ReadOne, typename Page>
fastjson_status decode_array(
    fastjson_decoder &decoder, const uint8_t *body, size_t length, Rows &rows, ReadOne read_one, Page *out
) {
    try {
        rows.clear();
        od::document document;
        if (const fastjson_status status = decoder.open(body, length, document)) return status;
        od::array array;
        const error_code error = document.get_array().get(array);
        if (error == simdjson::INCORRECT_TYPE) {
            const fastjson_status status = fastjson_decode_error(&decoder, body, length);
            return status == FASTJSON_OK ? FASTJSON_UNEXPECTED : status;
        }
        if (error) return status_of(error);
        size_t malformed = 0;
        const fastjson_status status = read_elements(array, malformed, [&](od::object &object) {
            return read_one(decoder, object, malformed);
        });
        if (status) return status;
        if (!is_at_end(document)) return FASTJSON_MALFORMED;
        out->count = rows.size();
        out->rows = rows.data();
        out->malformed = malformed;
        return FASTJSON_OK;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}

}  // namespace

fastjson_status fastjson_decode_tickers(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_tickers *out
) {
    try {
        decoder->tickers.clear();
        size_t malformed = 0;
        const fastjson_status status = read_envelope(*decoder, body, length, [&](od::value &value) {
            return read_objects(value, malformed, [&](od::object &object) {
                return read_ticker(*decoder, object, malformed);
            });
        });
        if (status) return status;
        out->count = decoder->tickers.size();
        out->rows = decoder->tickers.data();
        out->malformed = malformed;
        out->next_url = decoder->next();
        return FASTJSON_OK;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}

fastjson_status fastjson_decode_facts(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_facts *out
) {
    return decode_array(*decoder, body, length, decoder->facts, read_fact, out);
}

fastjson_status fastjson_decode_profiles(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_profiles *out
) {
    return decode_array(*decoder, body, length, decoder->profiles, read_profile, out);
}
