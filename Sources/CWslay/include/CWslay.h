#ifndef TRADEUL_CWSLAY_H
#define TRADEUL_CWSLAY_H

// wslay for Swift: RFC 6455 frames. Everything it needs imports as it is. Beside it, two calls of the kernel that a
// WebSocket client needs and that Swift's Glibc does not bring.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <wslay/wslay.h>

// A new descriptor that polls readable while its counter is above zero: non-blocking, closed on exec; -1 and errno.
int cwslay_event_descriptor(void);

// Fills `bytes` from the kernel's generator; 1, or 0 when it refuses.
int cwslay_random(uint8_t *bytes, size_t count);

#endif
