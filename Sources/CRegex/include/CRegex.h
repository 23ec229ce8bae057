// Regular expressions in linear time (RE2) behind a C face.
#ifndef TRADEUL_CREGEX_H
#define TRADEUL_CREGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A compiled pattern; used by one thread at a time or by many, it is never changed.
typedef struct tradeul_regex tradeul_regex;

// Compiles a pattern (UTF-8, case-insensitive) that may take so much memory; NULL when it cannot, with the reason in
// `error` (cut to `error_capacity`, always ended by a zero byte).
tradeul_regex *tradeul_regex_compile(const char *pattern, size_t length, size_t memory_max, char *error, size_t error_capacity);
// Whether the pattern occurs in a text.
bool tradeul_regex_matches(const tradeul_regex *regex, const char *text, size_t length);
void tradeul_regex_free(tradeul_regex *regex);

#ifdef __cplusplus
}
#endif

#endif
