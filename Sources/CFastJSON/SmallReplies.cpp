// /v1/marketstatus/now, /v1/marketstatus/upcoming, and the words of an error body.

#include "Decoder.hpp"

#include <cstring>
#include <utility>

using namespace fastjson;
using simdjson::error_code;

namespace {

// Calls `use(key, value)` for each member of the root object.
template <typename Use>
fastjson_status read_root(fastjson_decoder &decoder, const uint8_t *body, size_t length, Use use) {
    od::document document;
    if (const fastjson_status status = decoder.open(body, length, document)) return status;
    od::object root;
    if (const error_code error = document.get_object().get(root)) return status_of(error);
    for (auto member : root) {
        od::field field;
        if (const error_code error = std::move(member).get(field)) return status_of(error);
        std::string_view key;
        if (const error_code error = field.unescaped_key().get(key)) return status_of(error);
        if (key == "error" || key == "Error Message") {
            decoder.note_message(field.value(), true);
        } else if (key == "message") {
            decoder.note_message(field.value(), false);
        } else {
            use(key, field.value());
        }
    }
    return is_at_end(document) ? FASTJSON_OK : FASTJSON_MALFORMED;
}

void read_flag(od::value &value, int &to) {
    bool flag = false;
    // Anything but true is false: an absent flag and a null mean the same.
    to = value.get_bool().get(flag) == simdjson::SUCCESS && flag ? 1 : 0;
}

fastjson_status read_holiday(od::object &object, fastjson_holiday &row) {
    for (auto member : object) {
        od::field field;
        if (const error_code error = std::move(member).get(field)) return status_of(error);
        std::string_view key;
        if (const error_code error = field.unescaped_key().get(key)) return status_of(error);
        od::value &value = field.value();
        if (key == "date") copy_text(value, row.date, sizeof row.date);
        if (key == "exchange") copy_text(value, row.exchange, sizeof row.exchange);
        if (key == "name") copy_text(value, row.name, sizeof row.name);
        if (key == "status") copy_text(value, row.status, sizeof row.status);
        if (key == "open") copy_text(value, row.open, sizeof row.open);
        if (key == "close") copy_text(value, row.close, sizeof row.close);
    }
    return FASTJSON_OK;
}

fastjson_status read_entry(fastjson_decoder &decoder, od::value &entry) {
    od::object object;
    const error_code error = entry.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) return FASTJSON_OK;
    if (error) return status_of(error);
    if (decoder.holidays.size() == FASTJSON_HOLIDAYS_MAX) return FASTJSON_TOO_MANY;
    fastjson_holiday row;
    std::memset(&row, 0, sizeof row);
    if (const fastjson_status status = read_holiday(object, row)) return status;
    decoder.holidays.push_back(row);
    return FASTJSON_OK;
}

bool is_number(std::string_view key) {
    for (char c : key)
        if (c < '0' || c > '9') return false;
    return !key.empty();
}

// {"0": {…}, "1": {…}}; an object without such a key is something else, as an error.
fastjson_status read_numbered(fastjson_decoder &decoder, const uint8_t *body, size_t length) {
    fastjson_status broken = FASTJSON_OK;
    bool found = false;
    const fastjson_status status = read_root(decoder, body, length, [&](std::string_view key, od::value &value) {
        if (broken || !is_number(key)) return;
        found = true;
        broken = read_entry(decoder, value);
    });
    if (broken) return broken;
    if (status || found) return status;
    return decoder.message.empty() ? FASTJSON_UNEXPECTED : FASTJSON_VENDOR_ERROR;
}

fastjson_status read_holidays(fastjson_decoder &decoder, const uint8_t *body, size_t length) {
    od::document document;
    if (const fastjson_status status = decoder.open(body, length, document)) return status;
    decoder.holidays.clear();
    od::array array;
    const error_code error = document.get_array().get(array);
    if (error == simdjson::INCORRECT_TYPE) return read_numbered(decoder, body, length);
    if (error) return status_of(error);
    for (auto item : array) {
        od::value entry;
        if (const error_code broken = std::move(item).get(entry)) return status_of(broken);
        if (const fastjson_status status = read_entry(decoder, entry)) return status;
    }
    return is_at_end(document) ? FASTJSON_OK : FASTJSON_MALFORMED;
}

}  // namespace

fastjson_status fastjson_decode_market_status(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_market_status *out
) {
    try {
        fastjson_market_status read;
        std::memset(&read, 0, sizeof read);
        const fastjson_status status =
            read_root(*decoder, body, length, [&](std::string_view key, od::value &value) {
                if (key == "market") copy_text(value, read.market, sizeof read.market);
                if (key == "serverTime") copy_text(value, read.server_time, sizeof read.server_time);
                if (key == "earlyHours") read_flag(value, read.early_hours);
                if (key == "afterHours") read_flag(value, read.after_hours);
            });
        if (status) return status;
        if (read.market[0] == 0) return decoder->message.empty() ? FASTJSON_UNEXPECTED : FASTJSON_VENDOR_ERROR;
        *out = read;
        return FASTJSON_OK;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}

fastjson_status fastjson_decode_holidays(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, const fastjson_holiday **rows, size_t *count
) {
    try {
        const fastjson_status status = read_holidays(*decoder, body, length);
        if (status) return status;
        *rows = decoder->holidays.data();
        *count = decoder->holidays.size();
        return FASTJSON_OK;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}

fastjson_status fastjson_decode_error(fastjson_decoder *decoder, const uint8_t *body, size_t length) {
    try {
        const fastjson_status status = read_root(*decoder, body, length, [](std::string_view, od::value &) {});
        if (status) return status;
        return decoder->message.empty() ? FASTJSON_UNEXPECTED : FASTJSON_VENDOR_ERROR;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}
