#include "inverted_index.hpp"

#include "list_scanner.hpp"
#include "status.hpp"

#include <algorithm>
#include <cmath>
#include <future>

namespace cfaiss {

namespace {

// A quantizer with one centroid, which nothing is ever compared with: all vectors share the only list.
std::unique_ptr<FlatQuantizer> single_centroid(size_t d) {
    auto quantizer = std::make_unique<FlatQuantizer>(faiss::Index::idx_t(d));
    std::vector<float> centroid(d);
    centroid[0] = 1;
    quantizer->add(1, centroid.data());
    return quantizer;
}

}  // namespace

void require_finite(const float* vectors, size_t n, size_t d, const char* what) {
    for (size_t row = 0; row < n; row++) {
        for (size_t i = 0; i < d; i++) {
            if (!std::isfinite(vectors[row * d + i])) {
                refuse(std::string(what) + " " + std::to_string(row) + " holds a value at position " +
                       std::to_string(i) + " that is infinite or not a number; leave it out or mend it");
            }
        }
    }
}

InvertedIndex::InvertedIndex(size_t d) {
    auto quantizer = single_centroid(d);
    auto lists = std::make_unique<faiss::ArrayInvertedLists>(1, d * sizeof(float));
    this->d = int(d);
    metric_type = faiss::METRIC_INNER_PRODUCT;
    is_trained = true;
    nlist = 1;
    nprobe = 1;
    code_size = d * sizeof(float);
    this->quantizer = quantizer.release();
    own_fields = true;
    invlists = lists.release();
    own_invlists = true;
}

InvertedIndex::InvertedIndex(faiss::IndexIVFFlat& loaded) : InvertedIndex(size_t(loaded.d)) {
    auto& source = dynamic_cast<faiss::IndexFlat&>(*loaded.quantizer);
    centroids().codes = std::move(source.codes);
    centroids().ntotal = source.ntotal;
    nlist = loaded.nlist;
    ntotal = loaded.ntotal;
    replace_invlists(loaded.invlists, true);
    loaded.own_invlists = false;
}

faiss::InvertedListScanner* InvertedIndex::get_InvertedListScanner(
        bool store_pairs, const faiss::IDSelector* selector) const {
    return new ListScanner(*kernel_, dimension(), store_pairs, selector);
}

FlatQuantizer& InvertedIndex::centroids() const {
    // Both constructors put one there, and nothing replaces it by another type.
    return static_cast<FlatQuantizer&>(*quantizer);
}

void InvertedIndex::set_kernel(const Kernel& kernel) {
    kernel_ = &kernel;
    centroids().kernel = &kernel;
}

bool InvertedIndex::mapped() const {
    return dynamic_cast<const faiss::ArrayInvertedLists*>(invlists) == nullptr;
}

List InvertedIndex::list(size_t number) const {
    return {invlists->get_codes(number), invlists->get_ids(number), invlists->list_size(number),
            make_location(number, 0)};
}

void InvertedIndex::require_changeable() const {
    if (mapped()) {
        refuse("a memory-mapped index cannot be changed; open the file without mapping it");
    }
}

const uint8_t* InvertedIndex::vector_at(uint64_t location) const {
    const size_t number = size_t(location >> 32);
    const size_t position = size_t(location & 0xffffffff);
    if (number >= nlist || position >= invlists->list_size(number)) {
        refuse("nothing is stored at that location; use locations of this very index only");
    }
    return invlists->get_codes(number) + position * code_size;
}

std::vector<std::pair<int64_t, uint64_t>> InvertedIndex::sort_ids() const {
    std::vector<std::pair<int64_t, uint64_t>> entries;
    entries.reserve(size_t(ntotal));
    for (size_t number = 0; number < nlist; number++) {
        const List list = this->list(number);
        for (size_t i = 0; i < list.size; i++) {
            entries.emplace_back(id_at(list.ids, i), list.location + i);
        }
    }
    std::sort(entries.begin(), entries.end());
    const auto twice = std::adjacent_find(
            entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice != entries.end()) {
        refuse("id " + std::to_string(twice->first) + " is stored twice; remove it before adding it anew");
    }
    return entries;
}

void InvertedIndex::seal(size_t threads) {
    // Sorting takes one thread a third of the time of coding: with more than one it goes on beside that.
    const auto policy = threads > 1 ? std::launch::async | std::launch::deferred : std::launch::deferred;
    std::future<std::vector<std::pair<int64_t, uint64_t>>> sorted = std::async(policy, [this] { return sort_ids(); });
    encode(threads);
    sorted_ids_ = sorted.get();
    sealed_ = true;
}

void InvertedIndex::unseal() {
    sealed_ = false;
    sorted_ids_ = {};
    codes_ = {};
}

void InvertedIndex::encode(size_t threads) {
    std::vector<List> lists;
    lists.reserve(nlist);
    for (size_t number = 0; number < nlist; number++) {
        lists.push_back(list(number));
    }
    codes_ = Codes(lists, dimension(), threads);
    centroids().encode();
}

const std::vector<std::pair<int64_t, uint64_t>>& InvertedIndex::sorted_ids() const {
    if (!sealed_) {
        refuse("the ids are not sorted yet; seal the index first");
    }
    return sorted_ids_;
}

}  // namespace cfaiss
