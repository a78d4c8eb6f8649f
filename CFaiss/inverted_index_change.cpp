#include "inverted_index.hpp"

#include "status.hpp"
#include "threads.hpp"

#include <faiss/Clustering.h>
#include <faiss/impl/IDSelector.h>

#include <cstring>

namespace cfaiss {

namespace {

faiss::ClusteringParameters clustering_parameters(const cfaiss_training& training) {
    faiss::ClusteringParameters parameters;
    parameters.niter = int(training.iterations);
    parameters.seed = training.seed;
    parameters.spherical = true;
    // FAISS warns on stderr below its own minimum; the caller chose the number of lists.
    parameters.min_points_per_centroid = 1;
    return parameters;
}

void require_trainable(size_t n, const cfaiss_training& training) {
    constexpr size_t kMostIterations = 1000;
    if (training.nlist == 0 || training.threads == 0) {
        refuse("training needs at least one list and one thread");
    }
    if (training.iterations == 0 || training.iterations > kMostIterations) {
        refuse("training takes 1 to " + std::to_string(kMostIterations) + " iterations");
    }
    if (training.nlist > n && training.nlist > 1) {
        refuse(std::to_string(training.nlist) + " lists cannot be trained on " + std::to_string(n) +
               " vectors; ask for fewer lists or give more vectors");
    }
}

}  // namespace

void InvertedIndex::train_lists(size_t n, const float* vectors, const cfaiss_training& training) {
    require_changeable();
    require_trainable(n, training);
    if (ntotal > 0) {
        refuse("an index that holds vectors cannot be trained again; train before adding");
    }
    require_finite(vectors, n, dimension(), "training vector");

    auto trained = std::make_unique<FlatQuantizer>(d);
    trained->kernel = kernel_;
    trained->threads = training.threads;
    if (training.nlist == 1) {
        trained->add(1, centroids().get_xb());
    } else {
        const ThreadLimit limit(training.threads);
        faiss::Clustering clustering(d, int(training.nlist), clustering_parameters(training));
        clustering.train(faiss::Index::idx_t(n), vectors, *trained);
    }
    auto lists = std::make_unique<faiss::ArrayInvertedLists>(training.nlist, code_size);
    centroids().codes = std::move(trained->codes);
    centroids().ntotal = trained->ntotal;
    centroids().encode();
    nlist = training.nlist;
    replace_invlists(lists.release(), true);
    unseal();
}

std::vector<uint32_t> InvertedIndex::nearest_lists(size_t n, const float* vectors, size_t threads) const {
    std::vector<uint32_t> numbers(n);
    if (nlist > 1) {
        FlatQuantizer& quantizer = centroids();
        quantizer.threads = threads;
        quantizer.assign(n, vectors, numbers.data());
    }
    return numbers;
}

void InvertedIndex::append(
        size_t number, const std::vector<uint32_t>& rows, const int64_t* ids, const float* vectors) {
    auto& lists = static_cast<faiss::ArrayInvertedLists&>(*invlists);
    const size_t before = lists.list_size(number);
    lists.resize(number, before + rows.size());
    for (size_t i = 0; i < rows.size(); i++) {
        lists.ids[number][before + i] = ids[rows[i]];
        std::memcpy(&lists.codes[number][(before + i) * code_size], vectors + rows[i] * dimension(), code_size);
    }
}

void InvertedIndex::add_vectors(size_t n, const int64_t* ids, const float* vectors, size_t threads) {
    require_changeable();
    const auto negative = std::find_if(ids, ids + n, [](int64_t id) { return id < 0; });
    if (negative != ids + n) {
        refuse("id " + std::to_string(*negative) + " is negative; ids begin at zero");
    }
    if (n > UINT32_MAX - size_t(ntotal)) {
        refuse("an index holds fewer than 4,294,967,296 vectors");
    }
    require_finite(vectors, n, dimension(), "vector");

    const std::vector<uint32_t> numbers = nearest_lists(n, vectors, std::max<size_t>(1, threads));
    std::vector<std::vector<uint32_t>> rows(nlist);
    std::vector<size_t> sizes(nlist);
    for (size_t i = 0; i < n; i++) {
        rows[numbers[i]].push_back(uint32_t(i));
    }
    for (size_t number = 0; number < nlist; number++) {
        sizes[number] = invlists->list_size(number);
    }
    try {
        for (size_t number = 0; number < nlist; number++) {
            append(number, rows[number], ids, vectors);
        }
    } catch (...) {
        for (size_t number = 0; number < nlist; number++) {
            invlists->resize(number, sizes[number]);
        }
        throw;
    }
    ntotal += faiss::Index::idx_t(n);
    unseal();
}

size_t InvertedIndex::remove_vectors(size_t n, const int64_t* ids) {
    require_changeable();
    if (n == 0 || ntotal == 0) {
        return 0;
    }
    const ThreadLimit limit(1);
    unseal();
    return remove_ids(faiss::IDSelectorBatch(n, ids));
}

}  // namespace cfaiss
