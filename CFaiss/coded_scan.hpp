// The search in two passes: codes first, then the vectors of those that may be among the best.

#pragma once

#include "codes.hpp"
#include "shortlist.hpp"

#include <vector>

namespace cfaiss {

// Buffers of one search, which keep their memory from one to the next.
class CodedScan {
   public:
    static CodedScan& of_this_thread();

    // Begins with a query; false when the codes are of no use for it. aligned_query: as AlignedQuery gives it, and it
    // must stay until `finish`.
    bool begin(
        const Kernel& kernel, const Codes& codes, const float* aligned_query, size_t d, size_t k,
        const cfaiss_filter& filter);

    // Lines up a list to be searched, and returns how many of its vectors are compared.
    size_t add(size_t list);

    // Has the ids of a list fetched, which will be added with a filter soon.
    void expect(size_t list) const;

    // Offers the best k vectors of the lists to `found`, and maybe more; exactly the scores of the kernel.
    void finish(size_t k, Reservoir& found);

    // Offers the best k vectors by the codes alone to `found`, and gives by how much their scores may differ from those
    // of the kernel.
    float finish_coarsely(size_t k, Reservoir& found);

   private:
    // Up to kBlock vectors in a row.
    struct Chunk {
        const CodedList* list;
        uint32_t first; // in the list
        uint32_t size;
        uint64_t admitted;
        bool tested; // whether `admitted` is what the filter says, not only which vectors there are
    };

    bool tests_late() const;
    uint64_t confirmed(const Chunk& chunk, uint64_t good) const;
    void scan(size_t k, float bound);
    size_t open_scan(size_t k);
    void score(size_t first, size_t last, Reservoir& found);
    uint64_t compare(size_t chunk, float* scores) const;
    CodedRows rows(const Chunk& chunk) const;

    const Kernel* kernel_ = nullptr;
    const Codes* codes_ = nullptr;
    const float* query_ = nullptr;
    size_t d_ = 0;
    QueryCode code_;
    float bound_ = 0;
    const cfaiss_filter* filter_ = nullptr; // of the search, and enabled; else nullptr
    size_t sample_ = 0;                     // chunks whose vectors are all tested
    size_t sampled_ = 0;                    // vectors tested so far
    size_t admitted_ = 0;                   // of these, how many were admitted
    std::vector<Chunk> chunks_;
    Shortlist shortlist_;
    std::vector<float> opening_;
    std::vector<float> maxima_;
    std::vector<const uint8_t*> vectors_;
    std::vector<float> scores_;
};

}  // namespace cfaiss
