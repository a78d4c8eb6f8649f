// Vector search over FAISS's C++ classes, in plain C.
//
// One kind of index: inverted lists of float32 vectors compared by inner product, which for unit vectors is the
// cosine. Exact search is the case nlist = 1. README.md says why this shim exists.
//
// Conventions
// - Matrices are row-major; `vectors: n * d` is n rows of d floats. The caller owns every buffer that it passes, and
//   none is kept after the call.
// - Every function that can fail returns a status by value; no C++ exception leaves. On failure outputs are untouched
//   unless their comment says otherwise, and the index is as it was before.
// - The functions that take a const index may run on any number of threads at once; the others need the index to
//   themselves.

#ifndef CFAISS_H
#define CFAISS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum cfaiss_code {
    CFAISS_OK = 0,
    CFAISS_INVALID_ARGUMENT, // the caller can mend it; the message says how
    CFAISS_IO,               // the operating system refused a file operation
    CFAISS_BAD_FILE,         // the file is not one that cfaiss_save wrote, or was damaged since
    CFAISS_OUT_OF_MEMORY,
    CFAISS_INTERNAL,         // FAISS or the standard library threw something unexpected
} cfaiss_code;

// The outcome of a call; `message` is NUL-terminated, empty on success, and truncated when too long.
typedef struct cfaiss_status {
    cfaiss_code code;
    char message[252];
} cfaiss_status;

// The instruction set that compares vectors. Within one kernel, equal vectors always get equal scores; between
// kernels, scores differ by rounding.
typedef enum cfaiss_kernel {
    CFAISS_KERNEL_FASTEST = 0, // the best that this processor has
    CFAISS_KERNEL_SCALAR,
    CFAISS_KERNEL_AVX2,        // with FMA
    CFAISS_KERNEL_AVX512,      // F, DQ and VL
} cfaiss_kernel;

typedef struct cfaiss_index cfaiss_index;

typedef struct cfaiss_description {
    size_t d;      // floats in a vector
    size_t nlist;  // inverted lists; 1 is exact search
    size_t ntotal; // stored vectors
    bool mapped;   // the vectors are pages of the file: the index cannot be changed
} cfaiss_description;

// How to train; zero iterations or threads are refused.
typedef struct cfaiss_training {
    size_t nlist;      // lists to make
    size_t iterations; // of spherical k-means
    int32_t seed;      // equal seeds and vectors give equal lists, whatever the threads
    size_t threads;
} cfaiss_training;

// Ids that may be found: `id` may when bit (id - base) is set, bit i being bit i % 64 of word i / 64.
typedef struct cfaiss_filter {
    bool enabled; // when false everything may be found and the rest is ignored
    int64_t base;
    size_t word_count;
    const uint64_t *words; // word_count
} cfaiss_filter;

typedef struct cfaiss_search_options {
    size_t k;       // neighbours wanted for each query
    size_t nprobe;  // lists to scan; nlist or more is exact
    size_t threads; // used for the queries of one call
    bool unordered; // whether the neighbours may come in any order, for callers that order them otherwise anyway
    bool coarse;    // whether codes may decide alone, for callers that score again what matters to them
    cfaiss_filter filter;
} cfaiss_search_options;

// A stored vector and its inner product with the query. Missing neighbours have id -1 and score -infinity.
typedef struct cfaiss_neighbor {
    int64_t id;
    uint64_t location; // see cfaiss_locations
    float score;
} cfaiss_neighbor;

// Whether this processor has the kernel.
bool cfaiss_kernel_available(cfaiss_kernel kernel);

// Limits OpenMP (which FAISS trains with) to n threads for the calling thread, and OpenBLAS to n for the process.
cfaiss_status cfaiss_set_threads(size_t n);

// A new empty index for exact search, to be freed with cfaiss_destroy.
cfaiss_status cfaiss_create(size_t d, cfaiss_index **index);

// Reads a file that cfaiss_save wrote, to be freed with cfaiss_destroy. The whole file is checked before FAISS sees
// it, on at most `threads` threads. With `mapped` the vectors stay in the page cache; such a file must be replaced by
// renaming, never overwritten.
cfaiss_status cfaiss_load(const char *path, bool mapped, size_t threads, cfaiss_index **index);

// NULL is ignored.
void cfaiss_destroy(cfaiss_index *index);

cfaiss_description cfaiss_describe(const cfaiss_index *index);

// Chooses the kernel of this index; unavailable kernels are refused.
cfaiss_status cfaiss_set_kernel(cfaiss_index *index, cfaiss_kernel kernel);

// Makes the lists from a sample. vectors: n * d, finite, n >= nlist. The index must be empty.
cfaiss_status cfaiss_train(cfaiss_index *index, size_t n, const float *vectors, cfaiss_training training);

// Adds vectors. ids: n, not negative; vectors: n * d, finite. All or nothing.
cfaiss_status cfaiss_add(cfaiss_index *index, size_t n, const int64_t *ids, const float *vectors, size_t threads);

// Removes what is stored under the ids; unknown ones are ignored. ids: n. Locations change.
cfaiss_status cfaiss_remove(cfaiss_index *index, size_t n, const int64_t *ids, size_t *removed);

// Sorts the ids, which the functions that take an id or give locations need, and refuses ids stored twice.
cfaiss_status cfaiss_seal(cfaiss_index *index);

// Writes the index in FAISS's own format (IwFl, IxFI, ilar), readable by any FAISS from 1.7.3 on: beside the path,
// flushed to the disk, then renamed over the path.
cfaiss_status cfaiss_save(const cfaiss_index *index, const char *path);

// Finds the stored vectors with the highest inner products. queries: n * d, finite; neighbors: n * k, best first and
// equal scores by rising id unless `unordered`; compared: n, stored vectors compared with each query; errors: n, by how
// much the scores of each may be wrong, zero unless `coarse`.
cfaiss_status cfaiss_search(
    const cfaiss_index *index, size_t n, const float *queries, cfaiss_search_options options,
    cfaiss_neighbor *neighbors, uint64_t *compared, float *errors);

// Ids and locations by rising id, of the `count` stored vectors from the `first` on. A location is the opaque place of
// a vector, good until the index changes. ids, locations: count. Needs a sealed index.
cfaiss_status cfaiss_locations(
    const cfaiss_index *index, size_t first, size_t count, int64_t *ids, uint64_t *locations);

// The location of an id; *found is false when nothing is stored under it. Needs a sealed index.
cfaiss_status cfaiss_find(const cfaiss_index *index, int64_t id, bool *found, uint64_t *location);

// Copies the vector at a location. vector: d.
cfaiss_status cfaiss_copy_vector(const cfaiss_index *index, uint64_t location, float *vector);

// The vector at a location where it lies, owned by the index; *vector is NULL when it is not aligned for a float, as
// in mapped files.
cfaiss_status cfaiss_borrow_vector(const cfaiss_index *index, uint64_t location, const float **vector);

// The inner products of a query with given stored vectors. query: d; locations, scores: n.
cfaiss_status cfaiss_scores(
    const cfaiss_index *index, const float *query, size_t n, const uint64_t *locations, float *scores);

// Cross-checks, for tests and benchmarks. ---------------------------------------------------------------------------

// One kernel on plain vectors of any alignment. query: d; vectors: n * d; scores: n.
cfaiss_status cfaiss_inner_products(
    cfaiss_kernel kernel, size_t d, const float *query, size_t n, const void *vectors, float *scores);

// One kernel's first pass over plain vectors. query: d, finite; vectors: n * d; scores: n, each within *bound of what
// cfaiss_inner_products gives. Refused when lengths are beyond what can be coded.
cfaiss_status cfaiss_coded_products(
    cfaiss_kernel kernel, size_t d, const float *query, size_t n, const void *vectors, float *scores, double *bound);

// One kernel's assignment of vectors to the centroids with the greatest inner products. vectors: n * d; centroids:
// count * d, count at least one; numbers: n.
cfaiss_status cfaiss_nearest_centroids(
    cfaiss_kernel kernel, size_t d, size_t n, const float *vectors, size_t count, const float *centroids,
    uint32_t *numbers);

// cfaiss_search in one pass over the vectors themselves; the answers are the same.
cfaiss_status cfaiss_search_in_one_pass(
    const cfaiss_index *index, size_t n, const float *queries, cfaiss_search_options options,
    cfaiss_neighbor *neighbors, uint64_t *compared);

// FAISS's own search loop over our quantizer and scanner. queries: n * d; scores, ids: n * k.
cfaiss_status cfaiss_search_through_faiss(
    const cfaiss_index *index, size_t n, const float *queries, size_t k, size_t nprobe, float *scores, int64_t *ids);

// A saved file read and searched by FAISS alone. queries: n * d; scores, ids: n * k.
cfaiss_status cfaiss_search_with_stock_faiss(
    const char *path, size_t n, const float *queries, size_t k, size_t nprobe, float *scores, int64_t *ids);

#ifdef __cplusplus
}
#endif

#endif
