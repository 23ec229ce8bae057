#include "Reading.hpp"

namespace fastjson {

namespace {

bool is_symbol_byte(unsigned char c) {
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return true;
    return c == '.' || c == '-' || c == '/' || c == '^' || c == '+' || c == '=' || c == '_';
}

}  // namespace

bool exact_integer(std::string_view token, int64_t &to) {
    uint64_t digits = 0;
    int exponent = 0;
    size_t at = 0;
    bool any = false, in_fraction = false;
    for (; at < token.size(); at++) {
        const char c = token[at];
        if (c == '.' && !in_fraction) {
            in_fraction = true;
        } else if (c >= '0' && c <= '9') {
            any = true;
            if (digits >= 1000000000000000000u) {
                if (!in_fraction) exponent++;
            } else {
                digits = digits * 10 + uint64_t(c - '0');
                if (in_fraction) exponent--;
            }
        } else {
            break;
        }
    }
    if (!any) return false;
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        at++;
        const bool minus = at < token.size() && token[at] == '-';
        if (at < token.size() && (token[at] == '-' || token[at] == '+')) at++;
        int power = 0;
        const size_t first = at;
        for (; at < token.size() && token[at] >= '0' && token[at] <= '9'; at++)
            if (power < 10000) power = power * 10 + (token[at] - '0');
        if (at == first) return false;
        exponent += minus ? -power : power;
    }
    while (at < token.size() && (token[at] == ' ' || token[at] == '\n' || token[at] == '\r' || token[at] == '\t')) at++;
    if (at != token.size()) return false;
    for (; exponent < 0 && digits > 0; exponent++) digits /= 10;
    for (; exponent > 0 && digits > 0; exponent--) {
        if (digits > uint64_t(INT64_MAX) / 10) return false;
        digits *= 10;
    }
    if (digits > uint64_t(INT64_MAX)) return false;
    to = int64_t(digits);
    return true;
}

bool copy_symbol(od::value &value, uint8_t *to) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) return false;
    if (text.empty() || text.size() > FASTJSON_SYMBOL_BYTES) return false;
    for (char c : text)
        if (!is_symbol_byte(static_cast<unsigned char>(c))) return false;
    std::memset(to, 0, FASTJSON_SYMBOL_BYTES);
    std::memcpy(to, text.data(), text.size());
    return true;
}

}  // namespace fastjson
