// The forms of fields that the vendor hardly ever writes.

#include "StreamFields.hpp"

namespace fastjson {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

int hex_digit(unsigned char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const unsigned char lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// One number of a list, or what stands in its place; a fraction is no id that anyone knows.
void read_code(const char *text, uint64_t &codes, unsigned &count, Event &event) {
    double number;
    const char *end;
    if (!parse_number(text, number, end) || !is_end(*end)) return explain(text, event);
    const bool is_id = number >= 0 && number <= 254 && number == double(int64_t(number));
    add_code(codes, count, is_id ? int64_t(number) : 255);
}

}  // namespace

bool unescape_symbol(const unsigned char *text, Event &event) {
    unsigned char packed[FASTJSON_SYMBOL_BYTES] = {};
    size_t length = 0;
    for (; *text != '"'; text++) {
        unsigned char c = *text;
        if (c == '\\' && text[1] == 'u') {
            int code = 0;
            for (int place = 2; place < 6 && code >= 0; place++) {
                const int digit = hex_digit(text[place]);
                code = digit < 0 ? -1 : code << 4 | digit;
            }
            if (code < 0 || code > 0x7F) return false;
            c = static_cast<unsigned char>(code);
            text += 5;
        } else if (c == '\\') {
            c = *++text;
            // Of the short escapes only this one stands for a byte that a symbol may hold.
            if (c != '/') return false;
        }
        if (length == FASTJSON_SYMBOL_BYTES || !symbol_bytes.allowed[c]) return false;
        packed[length++] = c;
    }
    std::memcpy(event.symbol, packed, sizeof packed);
    return length > 0;
}

void read_unusual_codes(const char *text, uint64_t &to, Event &event) {
    uint64_t codes = 0;
    unsigned count = 0;
    if (*text != '[') {
        read_code(text, codes, count, event);
        to = codes;
        return;
    }
    const char *at = text + 1;
    while (is_space(*at)) at++;
    while (*at != ']') {
        if (is_end(*at)) return event.blame(Flaw::malformed);
        read_code(at, codes, count, event);
        // What is no number has been blamed by now, so it does not matter that a string may hold an end.
        while (!is_end(*at)) at++;
        while (is_space(*at)) at++;
        if (*at == ']') break;
        if (*at++ != ',') return event.blame(Flaw::malformed);
        while (is_space(*at)) at++;
        if (*at == ']') return event.blame(Flaw::malformed);
    }
    to = codes;
}

}  // namespace fastjson
