#include "list_scanner.hpp"

#include <faiss/invlists/DirectMap.h>
#include <faiss/utils/Heap.h>

namespace cfaiss {

ListScanner::ListScanner(const Kernel& kernel, size_t d, bool store_pairs, const faiss::IDSelector* selector)
        : faiss::InvertedListScanner(store_pairs, selector), kernel_(kernel), d_(d) {
    code_size = d * sizeof(float);
    keep_max = true;
}

void ListScanner::set_query(const float* query) {
    query_.assign(query, d_);
}

void ListScanner::set_list(idx_t list, float) {
    list_no = list;
}

float ListScanner::distance_to_code(const uint8_t* code) const {
    float score;
    kernel_.contiguous(query_.data(), code, 1, d_, &score);
    return score;
}

size_t ListScanner::scan_codes(
        size_t n, const uint8_t* codes, const idx_t* ids, float* scores, idx_t* labels, size_t k) const {
    size_t replacements = 0;
    alignas(kAlignment) float block[kBlock];
    for (size_t first = 0; first < n; first += kBlock) {
        const size_t size = std::min(kBlock, n - first);
        kernel_.contiguous(query_.data(), codes + first * code_size, size, d_, block);
        uint64_t good = kernel_.at_least(block, size, scores[0]);
        for (; good; good &= good - 1) {
            const size_t i = size_t(__builtin_ctzll(good));
            // FAISS passes no ids when it wants pairs.
            if (block[i] > scores[0] && (!sel || sel->is_member(id_at(ids, first + i)))) {
                const idx_t label = store_pairs ? idx_t(faiss::lo_build(list_no, first + i)) : id_at(ids, first + i);
                faiss::minheap_replace_top(k, scores, labels, block[i], label);
                replacements++;
            }
        }
    }
    return replacements;
}

}  // namespace cfaiss
