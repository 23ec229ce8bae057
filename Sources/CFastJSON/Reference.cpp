// The object around `results`, and the small answers in it: splits, trade conditions and the details of a ticker.

#include "Envelope.hpp"
#include "Reading.hpp"

using namespace fastjson;
using simdjson::error_code;
using simdjson::SUCCESS;

namespace fastjson {

fastjson_status Envelope::note(std::string_view key, od::value &value) {
    if (key == "next_url") {
        bool is_null = false;
        if (value.is_null().get(is_null) == SUCCESS && is_null) return FASTJSON_OK;
        std::string_view url;
        if (value.get_string().get(url) != SUCCESS || url.size() > FASTJSON_URL_MAX) return FASTJSON_UNEXPECTED;
        if (url.find('\0') != std::string_view::npos) return FASTJSON_UNEXPECTED;
        decoder.next_url.assign(url.data(), url.size());
        decoder.has_next_url = true;
    } else if (key == "error" || key == "message") {
        decoder.note_message(value, key == "error");
    } else if (key == "status") {
        std::string_view word;
        is_vendors |= value.get_string().get(word) == SUCCESS && (word == "OK" || word == "DELAYED");
    } else if (key == "resultsCount" || key == "count" || key == "queryCount") {
        double number = 0;
        if (value.get_double().get(number) != SUCCESS) return FASTJSON_OK;
        is_vendors = true;
        counts_results |= number > 0 && key != "queryCount";
    }
    return FASTJSON_OK;
}

fastjson_status Envelope::verdict() const {
    if (has_results) return FASTJSON_OK;
    if (!decoder.message.empty()) return FASTJSON_VENDOR_ERROR;
    return is_vendors && !counts_results ? FASTJSON_OK : FASTJSON_UNEXPECTED;
}

}  // namespace fastjson

namespace {

fastjson_status read_split(fastjson_decoder &decoder, od::object &object, size_t &malformed) {
    fastjson_split row;
    std::memset(&row, 0, sizeof row);
    bool has_symbol = false;
    for (auto member : object) {
        od::field field;
        if (const error_code error = std::move(member).get(field)) return status_of(error);
        std::string_view key;
        if (const error_code error = field.unescaped_key().get(key)) return status_of(error);
        od::value &value = field.value();
        if (key == "ticker") has_symbol = copy_symbol(value, row.symbol);
        if (key == "execution_date") copy_text(value, row.execution_date, sizeof row.execution_date);
        // A number that cannot be read leaves 0, which is no split.
        if (key == "split_from" && value.get_double().get(row.from) != SUCCESS) row.from = 0;
        if (key == "split_to" && value.get_double().get(row.to) != SUCCESS) row.to = 0;
    }
    if (!has_symbol || row.execution_date[0] == 0 || !(row.from > 0) || !(row.to > 0)) {
        malformed++;
        return FASTJSON_OK;
    }
    if (decoder.splits.size() == FASTJSON_SPLITS_MAX) return FASTJSON_TOO_MANY;
    decoder.splits.push_back(row);
    return FASTJSON_OK;
}

fastjson_status read_details(od::value &value, fastjson_listing &listing) {
    od::object object;
    if (const error_code error = value.get_object().get(object)) return status_of(error);
    for (auto member : object) {
        od::field field;
        if (const error_code error = std::move(member).get(field)) return status_of(error);
        std::string_view key;
        if (const error_code error = field.unescaped_key().get(key)) return status_of(error);
        if (key == "list_date") copy_text(field.value(), listing.list_date, sizeof listing.list_date);
    }
    return FASTJSON_OK;
}

// Calls `use(key, value) -> error_code` for the members of an object; anything but an object has none.
template <typename Use> error_code read_members(od::value &value, Use use) {
    od::object object;
    const error_code error = value.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) return SUCCESS;
    if (error) return error;
    for (auto member : object) {
        od::field field;
        if (const error_code broken = std::move(member).get(field)) return broken;
        std::string_view key;
        if (const error_code broken = field.unescaped_key().get(key)) return broken;
        if (const error_code broken = use(key, field.value())) return broken;
    }
    return SUCCESS;
}

struct Condition {
    fastjson_condition row;
    bool has_id = false, is_of_trades = true;
    // How many of the three rules are told.
    unsigned rules = 0;
};

// Rules are kept only when all three are told: half a rule would be a guess.
error_code read_rules(od::value &value, Condition &condition) {
    return read_members(value, [&](std::string_view name, od::value &rules) {
        if (name != "consolidated") return SUCCESS;
        return read_members(rules, [&](std::string_view key, od::value &rule) {
            uint8_t effect = 0;
            if (key == "updates_open_close") effect = FASTJSON_UPDATES_LAST;
            if (key == "updates_high_low") effect = FASTJSON_UPDATES_HIGH_LOW;
            if (key == "updates_volume") effect = FASTJSON_UPDATES_VOLUME;
            bool updates;
            if (effect == 0 || rule.get_bool().get(updates) != SUCCESS) return SUCCESS;
            condition.rules++;
            if (updates) condition.row.effect |= effect;
            return SUCCESS;
        });
    });
}

// A number means another condition in another kind of data.
error_code read_data_types(od::value &value, Condition &condition) {
    od::array types;
    const error_code error = value.get_array().get(types);
    if (error == simdjson::INCORRECT_TYPE) return SUCCESS;
    if (error) return error;
    condition.is_of_trades = false;
    for (auto item : types) {
        std::string_view type;
        od::value entry;
        if (const error_code broken = std::move(item).get(entry)) return broken;
        if (entry.get_string().get(type) == SUCCESS && type == "trade") condition.is_of_trades = true;
    }
    return SUCCESS;
}

fastjson_status read_condition(fastjson_decoder &decoder, od::object &object, size_t &malformed) {
    Condition condition;
    std::memset(&condition.row, 0, sizeof condition.row);
    for (auto member : object) {
        od::field field;
        if (const error_code error = std::move(member).get(field)) return status_of(error);
        std::string_view key;
        if (const error_code error = field.unescaped_key().get(key)) return status_of(error);
        od::value &value = field.value();
        error_code error = SUCCESS;
        double id;
        if (key == "id" && value.get_double().get(id) == SUCCESS && id >= 0 && id <= 254 && id == double(int(id))) {
            condition.row.id = uint8_t(id);
            condition.has_id = true;
        } else if (key == "name") {
            copy_text(value, condition.row.name, sizeof condition.row.name);
        } else if (key == "update_rules") {
            error = read_rules(value, condition);
        } else if (key == "data_types") {
            error = read_data_types(value, condition);
        }
        if (error) return status_of(error);
    }
    if (!condition.is_of_trades) return FASTJSON_OK;
    if (!condition.has_id || condition.row.name[0] == 0) {
        malformed++;
    } else if (condition.rules == 3) {
        if (decoder.conditions.size() == FASTJSON_CONDITIONS_MAX) return FASTJSON_TOO_MANY;
        decoder.conditions.push_back(condition.row);
    }
    return FASTJSON_OK;
}

// Decodes a page of rows, each by `read_one`, into `rows` and tells it by `out`.
template <typename Rows, typename ReadOne, typename Page>
fastjson_status decode_rows(
    fastjson_decoder &decoder, const uint8_t *body, size_t length, Rows &rows, ReadOne read_one, Page *out
) {
    try {
        rows.clear();
        size_t malformed = 0;
        const fastjson_status status = read_envelope(decoder, body, length, [&](od::value &value) {
            return read_objects(value, malformed, [&](od::object &object) {
                return read_one(decoder, object, malformed);
            });
        });
        if (status) return status;
        out->count = rows.size();
        out->rows = rows.data();
        out->malformed = malformed;
        out->next_url = decoder.next();
        return FASTJSON_OK;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}

}  // namespace

fastjson_status fastjson_decode_conditions(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_conditions *out
) {
    return decode_rows(*decoder, body, length, decoder->conditions, read_condition, out);
}

fastjson_status fastjson_decode_splits(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_splits *out
) {
    return decode_rows(*decoder, body, length, decoder->splits, read_split, out);
}

fastjson_status fastjson_decode_listing(
    fastjson_decoder *decoder, const uint8_t *body, size_t length, fastjson_listing *out
) {
    try {
        fastjson_listing read;
        std::memset(&read, 0, sizeof read);
        bool found = false;
        const fastjson_status status = read_envelope(*decoder, body, length, [&](od::value &value) {
            found = true;
            return read_details(value, read);
        });
        if (status) return status;
        if (!found) return FASTJSON_UNEXPECTED;
        *out = read;
        return FASTJSON_OK;
    } catch (...) {
        return FASTJSON_NO_MEMORY;
    }
}
