#include "Decoder.hpp"

#include <cstring>

namespace fastjson {

fastjson_status status_of(simdjson::error_code error) {
    switch (error) {
    case simdjson::SUCCESS: return FASTJSON_OK;
    case simdjson::EMPTY: return FASTJSON_EMPTY;
    case simdjson::MEMALLOC: return FASTJSON_NO_MEMORY;
    case simdjson::UNCLOSED_STRING:
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return FASTJSON_TRUNCATED;
    case simdjson::INCORRECT_TYPE: return FASTJSON_UNEXPECTED;
    default: return FASTJSON_MALFORMED;
    }
}

bool is_at_end(od::document &document) { return document.current_location().error() == simdjson::OUT_OF_BOUNDS; }

void copy_text(od::value &value, char *to, size_t capacity) {
    std::string_view text;
    to[0] = 0;
    if (value.get_string().get(text) != simdjson::SUCCESS) return;
    size_t length = text.size();
    if (length >= capacity) {
        length = capacity - 1;
        while (length > 0 && (text[length] & 0xC0) == 0x80) length--;
    }
    std::memcpy(to, text.data(), length);
    to[length] = 0;
}

}  // namespace fastjson

using namespace fastjson;

namespace {

// A parser's tables take about six bytes per byte of the body; more than this is not kept for the next one.
constexpr size_t kept_capacity_max = 24u << 20;
constexpr size_t message_max = 300;

bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

}  // namespace

fastjson_status fastjson_decoder::open(const uint8_t *body, size_t length, od::document &document) {
    message.clear();
    size_t first = 0;
    // A byte order mark is not JSON, but some gateways add one.
    if (length >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF) first = 3;
    body += first;
    length -= first;
    size_t at = 0;
    while (at < length && is_space(body[at])) at++;
    if (at == length) return FASTJSON_EMPTY;
    if (body[at] == '<') return FASTJSON_HTML;
    if (length > parser.capacity()) {
        // Some room to grow: snapshots differ by a little each time, and a table of new size costs page faults.
        simdjson::error_code error = parser.allocate(length + length / 4 + 1024);
        if (error) return status_of(error);
    }
    simdjson::padded_string_view view(body, length, length + FASTJSON_PADDING);
    return status_of(parser.iterate(view).get(document));
}

void fastjson_decoder::trim() {
    if (parser.capacity() > kept_capacity_max) parser = od::parser();
}

void fastjson_decoder::note_message(od::value &value, bool is_error) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS || text.empty()) return;
    if (!is_error && !message.empty()) return;
    size_t length = text.size();
    if (length > message_max) {
        length = message_max;
        while (length > 0 && (text[length] & 0xC0) == 0x80) length--;
    }
    message.assign(text.data(), length);
}

fastjson_decoder *fastjson_create(void) {
    try {
        return new fastjson_decoder();
    } catch (...) {
        return nullptr;
    }
}

void fastjson_destroy(fastjson_decoder *decoder) { delete decoder; }

const char *fastjson_message(const fastjson_decoder *decoder) { return decoder->message.c_str(); }
