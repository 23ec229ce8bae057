#ifndef TRADEUL_CINFLATE_H
#define TRADEUL_CINFLATE_H

// zlib for Swift: all but the macros imports as it is. zlib itself comes optimised from the system, so there is nothing
// here that a compiler setting could make faster.

#include <zlib.h>

// Reads gzip members and nothing else (16: the gzip frame, with its checksum and length verified).
static inline int cinflate_begin_gzip(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }

#endif
