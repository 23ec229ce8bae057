// A target needs a source.
#include "CWslay.h"
