// Acoustic fingerprints (Chromaprint).
#include <chromaprint.h>
