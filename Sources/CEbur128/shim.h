// Loudness after EBU R 128 (libebur128).
#include <ebur128.h>

// The library's flags are an enumeration of sums, which imports as single values.
static const int SEGUE_EBUR128_MODES = EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_HISTOGRAM;
