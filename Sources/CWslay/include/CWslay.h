#ifndef TRADEUL_CWSLAY_H
#define TRADEUL_CWSLAY_H

// wslay for Swift: RFC 6455 frames. Everything it needs imports as it is.

#include <sys/types.h>
#include <wslay/wslay.h>

#endif
