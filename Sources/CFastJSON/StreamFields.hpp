#ifndef TRADEUL_FASTJSON_STREAM_FIELDS_HPP
#define TRADEUL_FASTJSON_STREAM_FIELDS_HPP

#include "Reading.hpp"
#include "Stream.hpp"

#include <charconv>

// How one field of an event is read from the first byte of its value. Each function blames the event for what cannot be
// and leaves `to` as it is for null. All of it is in a header: a call per field would cost as much as the reading.
//
// simdjson has made sure that strings are closed and UTF-8; zero bytes follow the frame, and no loop passes one.

namespace fastjson {

inline constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                           1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

// 2000-01-01 and 2100-01-01, in milliseconds since the epoch. A factor of a thousand is more than the range spans, so a
// number lies in that of one unit at most.
constexpr int64_t millisecond_min = 946684800000;
constexpr int64_t millisecond_max = 4102444800000;

constexpr unsigned three(char first, char second, char third) { return two(first, second) | unsigned(third) << 16; }

constexpr unsigned four(char first, char second, char third, char fourth) {
    return three(first, second, third) | unsigned(fourth) << 24;
}

// A raw key of one to four letters as a number, else 0.
inline unsigned key_code(const char *key) {
    if (key[0] == '"') return 0;
    if (key[1] == '"') return static_cast<unsigned char>(key[0]);
    unsigned code;
    std::memcpy(&code, key, sizeof code);
    if (key[2] == '"') return code & 0xFFFF;
    if (key[3] == '"') return code & 0xFFFFFF;
    return key[4] == '"' ? code : 0;
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a scalar may end before this byte.
inline bool is_end(char c) {
    return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0;
}

// A number from its text; false when it is none, or too large for a double. `end` is then anywhere.
inline bool parse_number(const char *text, double &to, const char *&end) {
    const char *at = text + (*text == '-');
    const char *first = at;
    uint64_t digits = 0;
    for (; is_digit(*at) && at - first < 18; at++) digits = digits * 10 + uint64_t(*at - '0');
    if (at == first || (*first == '0' && at - first > 1)) return false;
    ptrdiff_t fraction = 0;
    if (*at == '.') {
        const char *point = at++;
        for (; is_digit(*at) && at - first < 19; at++) digits = digits * 10 + uint64_t(*at - '0');
        fraction = at - point - 1;
        if (fraction == 0) return false;
    }
    // Digits and power are exact then, so their quotient is rounded once: the nearest double.
    if (!is_digit(*at) && *at != '.' && *at != 'e' && *at != 'E' && digits <= uint64_t(1) << 53) {
        const double number = double(digits) / powers_of_ten[fraction];
        to = *text == '-' ? -number : number;
        end = at;
        return true;
    }
    while (is_digit(*at) || *at == '.' || *at == 'e' || *at == 'E' || *at == '-' || *at == '+') at++;
    const std::from_chars_result result = std::from_chars(text, at, to);
    end = at;
    return result.ec == std::errc() && result.ptr == at;
}

inline bool is_null(const char *text) { return std::memcmp(text, "null", 4) == 0 && is_end(text[4]); }

// After a number could not be read: absent (null), impossible (1e999, NaN) or not a number at all.
inline void explain(const char *text, Event &event) {
    if (is_null(text)) return;
    const bool is_number = begins_number(*text) || *text == 'N' || *text == 'I' || *text == '+';
    event.blame(is_number ? Flaw::number : Flaw::malformed);
}

inline bool is_plausible(double number) { return number >= 0 && number <= number_max; }

// A price, size or volume; zero stays zero.
inline void read_number(const char *text, double &to, Event &event) {
    double number;
    const char *end;
    if (!parse_number(text, number, end) || !is_end(*end)) return explain(text, event);
    if (!is_plausible(number)) return event.blame(Flaw::number);
    to = number;
}

// A number in a string of decimal digits, as `ds`; one without quotes is taken too.
inline void read_decimal(const char *text, double &to, Event &event) {
    if (*text != '"') return read_number(text, to, event);
    double number;
    const char *end;
    if (!parse_number(text + 1, number, end) || *end != '"' || !is_plausible(number))
        return event.blame(Flaw::number);
    to = number;
}

// A whole number in any form JSON has, exactly; false when it is negative, too large or not a number.
inline bool parse_whole(const char *text, int64_t &to) {
    const char *at = text;
    uint64_t digits = 0;
    // Nineteen digits, as nanoseconds have, fit into 64 bits.
    for (; is_digit(*at) && at - text < 19; at++) digits = digits * 10 + uint64_t(*at - '0');
    if (at != text && is_end(*at) && digits <= uint64_t(INT64_MAX)) {
        to = int64_t(digits);
        return true;
    }
    while (!is_end(*at)) at++;
    return exact_integer(std::string_view(text, size_t(at - text)), to);
}

// A moment in ms, µs or ns, told apart by magnitude, in ns; never through a double.
inline void read_moment(const char *text, int64_t &to, Event &event) {
    int64_t time;
    if (!parse_whole(text, time)) return explain(text, event);
    if (time >= millisecond_min && time < millisecond_max) {
        to = time * 1000000;
    } else if (time >= millisecond_min * 1000000 && time < millisecond_max * 1000000) {
        to = time;
    } else if (time >= millisecond_min * 1000 && time < millisecond_max * 1000) {
        to = time * 1000;
    } else {
        event.blame(Flaw::number);
    }
}

// An id: a number that cannot be one leaves `to`.
inline void read_id(const char *text, int64_t max, int32_t &to, Event &event) {
    int64_t number;
    if (parse_whole(text, number)) {
        if (number <= max) to = int32_t(number);
    } else if (!begins_number(*text)) {
        explain(text, event);
    }
}

// A sequence number, whose absence `has` tells; one that cannot be counts as absent.
inline void read_sequence(const char *text, int64_t &to, bool &has, Event &event) {
    if (parse_whole(text, to)) {
        has = true;
    } else if (!begins_number(*text)) {
        explain(text, event);
    }
}

inline uint64_t mix(uint64_t left, uint64_t right) {
    uint64_t mixed = (left ^ right) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 31)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 29);
}

// The hash of an id written as a string or a number; left as it is for an empty one.
inline void read_identity(const char *text, uint64_t &to, Event &event) {
    const char *at = text;
    if (*text == '"') {
        for (at = ++text; *at != '"'; at++)
            if (*at == '\\') at++;
        if (at == text) return;
    } else if (begins_number(*text)) {
        while (!is_end(*at)) at++;
    } else {
        return explain(text, event);
    }
    size_t length = size_t(at - text);
    uint64_t state = 0x9E3779B97F4A7C15u ^ length;
    uint64_t word;
    for (; length >= 8; text += 8, length -= 8) {
        std::memcpy(&word, text, 8);
        state = mix(state, word);
    }
    std::memcpy(&word, text, 8);
    to = mix(state, word & ((uint64_t(1) << (8 * length)) - 1)) | 1;
}

struct SymbolBytes {
    bool allowed[256] = {};

    constexpr SymbolBytes() {
        for (char c = 'A'; c <= 'Z'; c++) allowed[size_t(c)] = true;
        for (char c = 'a'; c <= 'z'; c++) allowed[size_t(c)] = true;
        for (char c = '0'; c <= '9'; c++) allowed[size_t(c)] = true;
        for (char c : {'.', '-', '/', '^', '+', '=', '_'}) allowed[size_t(c)] = true;
    }
};

inline constexpr SymbolBytes symbol_bytes;

// A symbol with escapes in it, which JSON allows and the vendor never writes; false for none.
bool unescape_symbol(const unsigned char *text, Event &event);

inline void read_symbol(const char *value, Event &event) {
    if (*value != '"') {
        if (!is_null(value)) event.blame(Flaw::malformed);
        return;
    }
    const auto *text = reinterpret_cast<const unsigned char *>(value) + 1;
    size_t length = 0;
    while (length <= FASTJSON_SYMBOL_BYTES && symbol_bytes.allowed[text[length]]) length++;
    if (text[length] == '\\') {
        if (!unescape_symbol(text, event)) return event.blame(Flaw::symbol);
    } else {
        if (text[length] != '"' || length == 0 || length > FASTJSON_SYMBOL_BYTES) return event.blame(Flaw::symbol);
        // Fixed sizes are a few instructions; the bytes behind a short symbol are read and thrown away.
        std::memcpy(event.symbol, text, FASTJSON_SYMBOL_BYTES);
        for (size_t word = 0; word < 3; word++) {
            const size_t kept = length > word * 8 ? length - word * 8 : 0;
            if (kept < 8) event.symbol[word] &= (uint64_t(1) << (8 * kept)) - 1;
        }
    }
    event.has_symbol = true;
}

// A list of ids, or a single one, packed.
void read_unusual_codes(const char *text, uint64_t &to, Event &event);

// Adds an id to a packed list of eight; what does not fit is left out.
inline void add_code(uint64_t &codes, unsigned &count, int64_t id) {
    if (id == 0 || count == 8) return;
    codes |= uint64_t(id < 0 || id > 254 ? 255 : id) << (8 * count++);
}

inline void read_codes(const char *text, uint64_t &to, Event &event) {
    if (*text != '[') return read_unusual_codes(text, to, event);
    uint64_t codes = 0;
    unsigned count = 0;
    const char *at = text + 1;
    while (true) {
        int64_t id = 0;
        const char *first = at;
        for (; is_digit(*at) && at - first < 6; at++) id = id * 10 + (*at - '0');
        if (at == first || (*at != ',' && *at != ']')) return read_unusual_codes(text, to, event);
        add_code(codes, count, id);
        if (*at++ == ']') break;
    }
    to = codes;
}

}  // namespace fastjson

#endif
