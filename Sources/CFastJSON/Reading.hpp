#ifndef TRADEUL_FASTJSON_READING_HPP
#define TRADEUL_FASTJSON_READING_HPP

#include "Decoder.hpp"

#include <cstring>
#include <limits>

// How keys, symbols and whole numbers are read; shared by the decoding files, nobody outside sees it.

namespace fastjson {

// What a number that is not told is.
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// Beyond it a price or a volume is an error.
constexpr double number_max = 1e15;

inline bool begins_number(char first) { return first == '-' || (first >= '0' && first <= '9'); }

// The length of a raw key when it is at most 9 characters, else 10; a key ends at its closing quote. simdjson has
// checked that strings are closed, and keys of interest hold no escapes.
inline size_t key_length(const char *key) {
    size_t length = 0;
    while (length < 10 && key[length] != '"') length++;
    return length;
}

inline bool is_key(const char *key, size_t length, const char *name, size_t name_length) {
    return length == name_length && std::memcmp(key, name, name_length) == 0;
}

// A key of two letters as a number.
constexpr unsigned two(char first, char second) { return unsigned(first) | unsigned(second) << 8; }

// A decimal number as a whole one, exactly; false when it is negative, too large or not a number. A fraction of a
// nanosecond or millisecond is dropped.
bool exact_integer(std::string_view token, int64_t &to);

// Copies a symbol into FASTJSON_SYMBOL_BYTES zero-padded bytes; false for anything that is none.
bool copy_symbol(od::value &value, uint8_t *to);

}  // namespace fastjson

#endif
