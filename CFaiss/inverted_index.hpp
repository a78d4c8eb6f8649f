// The index: FAISS's inverted lists of flat vectors, searched and changed by our own loops.

#pragma once

#include "flat_quantizer.hpp"

#include <faiss/IndexIVFFlat.h>

#include <memory>
#include <utility>
#include <vector>

namespace cfaiss {

// Places of vectors: the list in the upper half, the position in it in the lower, as FAISS packs its pairs.
inline uint64_t make_location(size_t list, size_t position) {
    return uint64_t(list) << 32 | uint64_t(position);
}

// How a search goes through its lists: over codes and then some of the vectors, where there are codes, or over all
// the vectors. The answers are the same, unless codes may decide alone.
enum class Passes { one, two };

class InvertedIndex : public faiss::IndexIVFFlat {
   public:
    // An empty index of one list.
    explicit InvertedIndex(size_t d);

    // Takes over the centroids and lists of an index that FAISS read.
    explicit InvertedIndex(faiss::IndexIVFFlat& loaded);

    faiss::InvertedListScanner* get_InvertedListScanner(
            bool store_pairs, const faiss::IDSelector* selector) const override;

    void set_kernel(const Kernel& kernel);
    bool mapped() const;
    size_t dimension() const {
        return size_t(d);
    }

    // vectors: n * d.
    void train_lists(size_t n, const float* vectors, const cfaiss_training& training);
    // ids: n; vectors: n * d.
    void add_vectors(size_t n, const int64_t* ids, const float* vectors, size_t threads);
    // ids: n. Returns how many vectors went.
    size_t remove_vectors(size_t n, const int64_t* ids);

    // queries: n * d; neighbors: n * k; compared: n; errors: n, or nullptr where nobody asks.
    void search_queries(
            size_t n, const float* queries, const cfaiss_search_options& options, Passes passes,
            cfaiss_neighbor* neighbors, uint64_t* compared, float* errors) const;
    // query: d; locations, scores: n.
    void score_locations(const float* query, size_t n, const uint64_t* locations, float* scores) const;

    // Sorts the ids, and codes the vectors on at most so many threads; throws when an id is stored twice.
    void seal(size_t threads = 1);
    // (id, location) by rising id. Throws unless sealed.
    const std::vector<std::pair<int64_t, uint64_t>>& sorted_ids() const;
    // (id, location) by rising id, computed afresh; throws when one is stored twice.
    std::vector<std::pair<int64_t, uint64_t>> sort_ids() const;
    // d floats at any address; throws for a location where nothing is.
    const uint8_t* vector_at(uint64_t location) const;

   private:
    FlatQuantizer& centroids() const;
    List list(size_t number) const;
    void require_changeable() const;
    std::vector<uint32_t> nearest_lists(size_t n, const float* vectors, size_t threads) const;
    void append(size_t number, const std::vector<uint32_t>& rows, const int64_t* ids, const float* vectors);
    struct Account {
        uint64_t compared = 0; // vectors
        float error = 0;       // of the scores
    };
    Account search_one(
            const float* query, const cfaiss_search_options& options, Passes passes, size_t kept,
            cfaiss_neighbor* neighbors) const;

    // The lists to search, best first, in a buffer of the calling thread.
    const std::vector<uint32_t>& probes(const float* aligned_query, size_t nprobe) const;
    void encode(size_t threads);
    void unseal();

    const Kernel* kernel_ = &find_kernel(CFAISS_KERNEL_FASTEST);
    std::vector<std::pair<int64_t, uint64_t>> sorted_ids_;
    Codes codes_; // of a sealed index
    bool sealed_ = false;
};

// Throws when a value is infinite or not a number. vectors: n * d; `what` names a row in the message.
void require_finite(const float* vectors, size_t n, size_t d, const char* what);

}  // namespace cfaiss
