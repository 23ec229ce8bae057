#ifndef TRADEUL_FASTJSON_ENVELOPE_HPP
#define TRADEUL_FASTJSON_ENVELOPE_HPP

#include "Decoder.hpp"

#include <cstring>
#include <utility>

// The object around the `results` of most answers: {"status", "resultsCount", "results", "next_url", …}.

namespace fastjson {

// What the members beside `results` say.
class Envelope {
public:
    explicit Envelope(fastjson_decoder &decoder) : decoder(decoder) {}

    bool has_results = false;

    // Takes a member that is not `results`.
    fastjson_status note(std::string_view key, od::value &value);
    // What the whole answer is worth once it has been read. Results are left out when there are none, so their absence
    // is an answer, but only within an object that is evidently the vendor's and counts none.
    fastjson_status verdict() const;

private:
    fastjson_decoder &decoder;
    bool is_vendors = false;
    bool counts_results = false;
};

// Reads the root object and gives `results` to `use(value) -> fastjson_status`, unless it is null.
template <typename Use>
fastjson_status read_envelope(fastjson_decoder &decoder, const uint8_t *body, size_t length, Use use) {
    od::document document;
    decoder.next_url.clear();
    decoder.has_next_url = false;
    if (const fastjson_status status = decoder.open(body, length, document)) return status;
    od::object root;
    if (const simdjson::error_code error = document.get_object().get(root)) return status_of(error);
    Envelope envelope(decoder);
    for (auto member : root) {
        od::field field;
        if (const simdjson::error_code error = std::move(member).get(field)) return status_of(error);
        std::string_view key;
        if (const simdjson::error_code error = field.unescaped_key().get(key)) return status_of(error);
        if (key == "results") {
            bool is_null = false;
            if (field.value().is_null().get(is_null) == simdjson::SUCCESS && is_null) continue;
            envelope.has_results = true;
            if (const fastjson_status status = use(field.value())) return status;
        } else if (const fastjson_status status = envelope.note(key, field.value())) {
            return status;
        }
    }
    if (!is_at_end(document)) return FASTJSON_MALFORMED;
    return envelope.verdict();
}

// Calls `use(object) -> fastjson_status` for each object of an array; anything else in it is counted in `malformed`.
template <typename Use> fastjson_status read_elements(od::array &array, size_t &malformed, Use use) {
    for (auto item : array) {
        od::value entry;
        if (const simdjson::error_code error = std::move(item).get(entry)) return status_of(error);
        od::object object;
        const simdjson::error_code error = entry.get_object().get(object);
        if (error == simdjson::INCORRECT_TYPE) {
            malformed++;
            continue;
        }
        if (error) return status_of(error);
        if (const fastjson_status status = use(object)) return status;
    }
    return FASTJSON_OK;
}

// The same for a value, which must be an array.
template <typename Use> fastjson_status read_objects(od::value &value, size_t &malformed, Use use) {
    od::array array;
    if (const simdjson::error_code error = value.get_array().get(array)) return status_of(error);
    return read_elements(array, malformed, use);
}

}  // namespace fastjson

#endif
