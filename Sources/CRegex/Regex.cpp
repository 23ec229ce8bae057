#include "CRegex.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

struct tradeul_regex {
    RE2 pattern;
    tradeul_regex(re2::StringPiece text, const RE2::Options &options) : pattern(text, options) {}
};

tradeul_regex *tradeul_regex_compile(
    const char *pattern, size_t length, size_t memory_max, char *error, size_t error_capacity
) {
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(static_cast<int64_t>(memory_max));
    auto regex = std::make_unique<tradeul_regex>(re2::StringPiece(pattern, length), options);
    if (regex->pattern.ok()) return regex.release();
    if (error_capacity > 0) {
        const std::string &reason = regex->pattern.error();
        const size_t count = std::min(reason.size(), error_capacity - 1);
        std::memcpy(error, reason.data(), count);
        error[count] = 0;
    }
    return nullptr;
}

bool tradeul_regex_matches(const tradeul_regex *regex, const char *text, size_t length) {
    return RE2::PartialMatch(re2::StringPiece(text, length), regex->pattern);
}

void tradeul_regex_free(tradeul_regex *regex) { delete regex; }
