#ifndef TRADEUL_CDIGEST_H
#define TRADEUL_CDIGEST_H

#include <openssl/hmac.h>
#include <openssl/sha.h>

#endif
