// Comparing one query with the vectors of a list: the loop in which a search spends its time.

#pragma once

#include <cfaiss.h>

#include "kernels.hpp"
#include "reservoir.hpp"

#include <cstring>
#include <vector>

namespace cfaiss {

// The query where kernels want it: aligned and padded with zeros.
class AlignedQuery {
   public:
    void assign(const float* query, size_t d) {
        constexpr size_t kFloats = kAlignment / sizeof(float);
        buffer_.assign(d + 2 * kFloats, 0);
        const size_t misaligned = reinterpret_cast<uintptr_t>(buffer_.data()) % kAlignment / sizeof(float);
        start_ = buffer_.data() + (misaligned ? kFloats - misaligned : 0);
        std::memcpy(start_, query, d * sizeof(float));
    }

    const float* data() const {
        return start_;
    }

   private:
    std::vector<float> buffer_;
    float* start_ = nullptr;
};

// One query being compared. Buffers keep their memory from one query to the next, so that a search allocates nothing
// once a thread is warm.
struct Scratch {
    AlignedQuery query;
    Reservoir lists;
    Reservoir found;
    std::vector<uint32_t> probes;

    static Scratch& of_this_thread();
};

// Ids in a list, at any address: those of a mapped file are not aligned.
inline int64_t id_at(const void* ids, size_t i) {
    int64_t id;
    std::memcpy(&id, static_cast<const char*>(ids) + i * sizeof id, sizeof id);
    return id;
}

// Whether the filter lets the id through.
inline bool admits(const cfaiss_filter& filter, int64_t id) {
    const uint64_t bit = uint64_t(id) - uint64_t(filter.base);
    return id >= filter.base && bit / 64 < filter.word_count && (filter.words[bit / 64] >> (bit % 64) & 1);
}

struct List {
    const uint8_t* vectors; // size * d floats
    const void* ids;        // size, or null when the positions are the ids
    size_t size;
    uint64_t location;      // of the first vector; the others follow

    int64_t id(size_t i) const {
        return ids ? id_at(ids, i) : int64_t(i);
    }
};

// Offers the vectors of a list to the reservoir and returns how many were compared.
size_t scan(
        const Kernel& kernel, const float* query, size_t d, const List& list, const cfaiss_filter& filter,
        Reservoir& found);

}  // namespace cfaiss
