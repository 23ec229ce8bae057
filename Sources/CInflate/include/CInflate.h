#ifndef TRADEUL_CINFLATE_H
#define TRADEUL_CINFLATE_H

#include <zlib.h>

#endif
