// Peaks and beats in onset envelopes (aubio). The parts that take an envelope instead of sound are exported, but declared
// only for those who say that they know them to be less stable; Debian's version stays as it is.
#define AUBIO_UNSTABLE 1
#include <aubio/aubio.h>
