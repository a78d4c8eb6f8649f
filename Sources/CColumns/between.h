#ifndef SEGUE_BETWEEN_H
#define SEGUE_BETWEEN_H

#include <stdint.h>

// Which of 64 numbers lie between two, both included: bit i stands for values[i]. NaN lies nowhere.
static inline uint64_t segue_between(const float* values, float lower, float upper) {
    uint64_t bits = 0;
#ifdef __SSE__
    typedef float four_floats __attribute__((vector_size(16)));
    typedef int four_ints __attribute__((vector_size(16)));
    const four_floats low = {lower, lower, lower, lower};
    const four_floats high = {upper, upper, upper, upper};
    for (int place = 0; place < 64; place += 4) {
        four_floats four;
        __builtin_memcpy(&four, values + place, sizeof four);
        const four_ints hits = (four >= low) & (four <= high);
        bits |= (uint64_t)(unsigned)__builtin_ia32_movmskps((four_floats)hits) << place;
    }
#else
    for (int place = 0; place < 64; place++) {
        bits |= (uint64_t)((values[place] >= lower) & (values[place] <= upper)) << place;
    }
#endif
    return bits;
}

#endif
