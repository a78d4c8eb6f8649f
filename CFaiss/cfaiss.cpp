// The C functions: arguments in, exceptions out as a status.

#include <cfaiss.h>

#include "status.hpp"
#include "storage.hpp"
#include "threads.hpp"

#include <faiss/index_io.h>

#include <algorithm>
#include <climits>
#include <cstring>

using cfaiss::guarded;

// The handle that C sees.
struct cfaiss_index {
    std::unique_ptr<cfaiss::InvertedIndex> index;
};

namespace {

constexpr size_t kMostDimensions = 65536;

// Only the caller's own bitmap may be read.
void require_filter(const cfaiss_filter& filter) {
    if (filter.enabled && filter.word_count > 0 && !filter.words) {
        cfaiss::refuse("the filter has words but no address");
    }
}

cfaiss_index* make_handle(std::unique_ptr<cfaiss::InvertedIndex> index) {
    return new cfaiss_index{std::move(index)};
}

}  // namespace

bool cfaiss_kernel_available(cfaiss_kernel kernel) {
    return cfaiss::kernel_available(kernel);
}

cfaiss_status cfaiss_set_threads(size_t n) {
    return guarded([&] {
        if (n == 0 || n > INT_MAX) {
            cfaiss::refuse("the number of threads must be at least one");
        }
        omp_set_num_threads(int(n));
        openblas_set_num_threads(int(n));
    });
}

cfaiss_status cfaiss_create(size_t d, cfaiss_index** index) {
    return guarded([&] {
        if (d == 0 || d > kMostDimensions) {
            cfaiss::refuse("a vector has 1 to " + std::to_string(kMostDimensions) + " dimensions");
        }
        *index = make_handle(std::make_unique<cfaiss::InvertedIndex>(d));
    });
}

cfaiss_status cfaiss_load(const char* path, bool mapped, size_t threads, cfaiss_index** index) {
    return guarded([&] { *index = make_handle(cfaiss::load_index(path, mapped, threads)); });
}

void cfaiss_destroy(cfaiss_index* index) {
    delete index;
}

cfaiss_description cfaiss_describe(const cfaiss_index* index) {
    const cfaiss::InvertedIndex& inner = *index->index;
    return {inner.dimension(), inner.nlist, size_t(inner.ntotal), inner.mapped()};
}

cfaiss_status cfaiss_set_kernel(cfaiss_index* index, cfaiss_kernel kernel) {
    return guarded([&] { index->index->set_kernel(cfaiss::find_kernel(kernel)); });
}

cfaiss_status cfaiss_train(cfaiss_index* index, size_t n, const float* vectors, cfaiss_training training) {
    return guarded([&] { index->index->train_lists(n, vectors, training); });
}

cfaiss_status cfaiss_add(cfaiss_index* index, size_t n, const int64_t* ids, const float* vectors, size_t threads) {
    return guarded([&] { index->index->add_vectors(n, ids, vectors, threads); });
}

cfaiss_status cfaiss_remove(cfaiss_index* index, size_t n, const int64_t* ids, size_t* removed) {
    return guarded([&] { *removed = index->index->remove_vectors(n, ids); });
}

cfaiss_status cfaiss_seal(cfaiss_index* index) {
    return guarded([&] { index->index->seal(); });
}

cfaiss_status cfaiss_save(const cfaiss_index* index, const char* path) {
    return guarded([&] { cfaiss::save_index(*index->index, path); });
}

cfaiss_status cfaiss_search(
        const cfaiss_index* index, size_t n, const float* queries, cfaiss_search_options options,
        cfaiss_neighbor* neighbors, uint64_t* compared, float* errors) {
    return guarded([&] {
        require_filter(options.filter);
        index->index->search_queries(n, queries, options, cfaiss::Passes::two, neighbors, compared, errors);
    });
}

cfaiss_status cfaiss_locations(
        const cfaiss_index* index, size_t first, size_t count, int64_t* ids, uint64_t* locations) {
    return guarded([&] {
        const auto& entries = index->index->sorted_ids();
        if (first > entries.size() || count > entries.size() - first) {
            cfaiss::refuse("the index holds fewer vectors than that");
        }
        for (size_t i = 0; i < count; i++) {
            ids[i] = entries[first + i].first;
            locations[i] = entries[first + i].second;
        }
    });
}

cfaiss_status cfaiss_find(const cfaiss_index* index, int64_t id, bool* found, uint64_t* location) {
    return guarded([&] {
        const auto& entries = index->index->sorted_ids();
        const auto entry = std::lower_bound(entries.begin(), entries.end(), std::make_pair(id, uint64_t(0)));
        *found = entry != entries.end() && entry->first == id;
        if (*found) {
            *location = entry->second;
        }
    });
}

cfaiss_status cfaiss_copy_vector(const cfaiss_index* index, uint64_t location, float* vector) {
    return guarded([&] { std::memcpy(vector, index->index->vector_at(location), index->index->code_size); });
}

cfaiss_status cfaiss_borrow_vector(const cfaiss_index* index, uint64_t location, const float** vector) {
    return guarded([&] {
        const uint8_t* bytes = index->index->vector_at(location);
        const bool aligned = reinterpret_cast<uintptr_t>(bytes) % alignof(float) == 0;
        *vector = aligned ? reinterpret_cast<const float*>(bytes) : nullptr;
    });
}

cfaiss_status cfaiss_scores(
        const cfaiss_index* index, const float* query, size_t n, const uint64_t* locations, float* scores) {
    return guarded([&] { index->index->score_locations(query, n, locations, scores); });
}

cfaiss_status cfaiss_inner_products(
        cfaiss_kernel kernel, size_t d, const float* query, size_t n, const void* vectors, float* scores) {
    return guarded([&] {
        cfaiss::AlignedQuery aligned;
        aligned.assign(query, d);
        cfaiss::find_kernel(kernel).contiguous(aligned.data(), static_cast<const uint8_t*>(vectors), n, d, scores);
    });
}

cfaiss_status cfaiss_coded_products(
        cfaiss_kernel kernel, size_t d, const float* query, size_t n, const void* vectors, float* scores,
        double* bound) {
    return guarded([&] {
        cfaiss::QueryCode code;
        const cfaiss::Codes codes({{static_cast<const uint8_t*>(vectors), nullptr, n, 0}}, d, 1);
        if (!codes.usable() || !code.assign(query, d)) {
            cfaiss::refuse("the vectors are too long, or the query too long or too short, to be coded");
        }
        const cfaiss::CodedRows rows = codes[0].rows;
        for (size_t first = 0; first < n; first += cfaiss::kBlock) {
            const size_t size = std::min(cfaiss::kBlock, n - first);
            float block[cfaiss::kBlock];
            const uint8_t* start = rows.codes + first * code.groups * cfaiss::kCodeGroup;
            cfaiss::find_kernel(kernel).compare_codes(code, {start, rows.scales + first}, size, 0, start, block);
            std::transform(block, block + size, scores + first, [&](float score) { return score * code.step; });
        }
        *bound = codes.bound(code) * code.step;
    });
}

cfaiss_status cfaiss_nearest_centroids(
        cfaiss_kernel kernel, size_t d, size_t n, const float* vectors, size_t count, const float* centroids,
        uint32_t* numbers) {
    return guarded([&] {
        if (count == 0) {
            cfaiss::refuse("there is no centroid to assign to");
        }
        cfaiss::FlatQuantizer quantizer{faiss::Index::idx_t(d)};
        quantizer.kernel = &cfaiss::find_kernel(kernel);
        quantizer.add(faiss::Index::idx_t(count), centroids);
        quantizer.assign(n, vectors, numbers);
    });
}

cfaiss_status cfaiss_search_in_one_pass(
        const cfaiss_index* index, size_t n, const float* queries, cfaiss_search_options options,
        cfaiss_neighbor* neighbors, uint64_t* compared) {
    return guarded([&] {
        require_filter(options.filter);
        index->index->search_queries(n, queries, options, cfaiss::Passes::one, neighbors, compared, nullptr);
    });
}

cfaiss_status cfaiss_search_through_faiss(
        const cfaiss_index* index, size_t n, const float* queries, size_t k, size_t nprobe, float* scores,
        int64_t* ids) {
    return guarded([&] {
        faiss::SearchParametersIVF parameters;
        parameters.nprobe = nprobe;
        index->index->search(faiss::Index::idx_t(n), queries, faiss::Index::idx_t(k), scores, ids, &parameters);
    });
}

cfaiss_status cfaiss_search_with_stock_faiss(
        const char* path, size_t n, const float* queries, size_t k, size_t nprobe, float* scores, int64_t* ids) {
    return guarded([&] {
        const std::unique_ptr<faiss::Index> index(faiss::read_index(path));
        faiss::SearchParametersIVF parameters;
        parameters.nprobe = nprobe;
        index->search(faiss::Index::idx_t(n), queries, faiss::Index::idx_t(k), scores, ids, &parameters);
    });
}
