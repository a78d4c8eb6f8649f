#include "file_format.hpp"

#include "file_reader.hpp"
#include "parallel.hpp"

#include <algorithm>
#include <vector>

namespace cfaiss {

namespace {

constexpr uint32_t fourcc(const char (&text)[5]) {
    return uint32_t(uint8_t(text[0])) | uint32_t(uint8_t(text[1])) << 8 | uint32_t(uint8_t(text[2])) << 16 |
            uint32_t(uint8_t(text[3])) << 24;
}

constexpr uint64_t kMostDimensions = 65536;
constexpr uint64_t kMostLists = uint64_t(1) << 24;
constexpr uint64_t kParts = 256;

struct Header {
    uint64_t d;
    uint64_t ntotal;
};

// What FAISS writes of every index: d, ntotal, two relics of constant value, whether it is trained, the metric.
Header check_header(FileReader& file) {
    const int32_t d = file.read<int32_t>();
    const int64_t ntotal = file.read<int64_t>();
    file.require(d >= 1 && uint64_t(d) <= kMostDimensions, "its dimension is out of range");
    file.require(ntotal >= 0 && ntotal <= int64_t(UINT32_MAX), "its number of vectors is out of range");
    for (int i = 0; i < 2; i++) {
        file.require(file.read<int64_t>() == 1 << 20, "its header is not FAISS's");
    }
    file.require(file.read<uint8_t>() == 1, "it was never trained");
    file.require(file.read<int32_t>() == 0, "its metric is not the inner product");
    return {uint64_t(d), uint64_t(ntotal)};
}

void check_centroids(FileReader& file, uint64_t d, uint64_t nlist) {
    file.require(file.read<uint32_t>() == fourcc("IxFI"), "its coarse quantizer is not flat");
    const Header header = check_header(file);
    file.require(header.d == d && header.ntotal == nlist, "its centroids do not match its lists");
    file.require(file.read<uint64_t>() == nlist * d, "its centroids do not match its lists");
    file.check_floats(nlist * d);
}

// The sizes of all lists, written in full or, when at most half of them hold anything, as (list, size) pairs.
std::vector<uint64_t> read_sizes(FileReader& file, uint64_t nlist) {
    const uint32_t kind = file.read<uint32_t>();
    const uint64_t count = file.read<uint64_t>();
    std::vector<uint64_t> sizes;
    if (kind == fourcc("full")) {
        file.require(count == nlist, "it does not give the size of every list");
        file.require_remaining(count * sizeof(uint64_t));
        sizes.resize(nlist);
        file.read(sizes.data(), nlist * sizeof(uint64_t));
        return sizes;
    }
    file.require(kind == fourcc("sprs") && count % 2 == 0 && count / 2 <= nlist / 2, "its list sizes are malformed");
    file.require_remaining(count * sizeof(uint64_t));
    sizes.resize(nlist);
    uint64_t next = 0;
    for (uint64_t i = 0; i < count / 2; i++) {
        const uint64_t list = file.read<uint64_t>();
        file.require(list >= next && list < nlist, "its list sizes are malformed");
        sizes[list] = file.read<uint64_t>();
        file.require(sizes[list] > 0, "its list sizes are malformed");
        next = list + 1;
    }
    return sizes;
}

void check_lists(FileReader& file, uint64_t d, uint64_t nlist, uint64_t ntotal, size_t threads) {
    file.require(file.read<uint32_t>() == fourcc("ilar"), "its inverted lists are of another kind");
    file.require(file.read<uint64_t>() == nlist, "its number of lists is given twice and differs");
    file.require(file.read<uint64_t>() == d * sizeof(float), "its vectors are not stored as floats");
    const std::vector<uint64_t> sizes = read_sizes(file, nlist);
    uint64_t unseen = ntotal;
    for (const uint64_t size : sizes) {
        file.require(size <= unseen, "its lists hold more vectors than it says");
        unseen -= size;
    }
    file.require(unseen == 0, "its lists hold fewer vectors than it says");
    file.require_remaining(ntotal * (d * sizeof(float) + sizeof(int64_t)));
    const uint64_t bytes = d * sizeof(float) + sizeof(int64_t);
    file.require(file.rest() == ntotal * bytes, "more follows where it should end");
    // Each part of the lists by a reader of its own: as many parts as keep all threads busy to the end.
    const size_t parts = threads > 1 ? std::min<uint64_t>(nlist, kParts) : 1;
    std::vector<uint64_t> starts(nlist + 1, file.position());
    for (uint64_t list = 0; list < nlist; list++) {
        starts[list + 1] = starts[list] + sizes[list] * bytes;
    }
    parallel_for(parts, threads, [&](size_t part) {
        const uint64_t end = nlist * (part + 1) / parts;
        uint64_t list = nlist * part / parts;
        FileReader reader(file, starts[list]);
        for (; list < end; list++) {
            reader.check_floats(sizes[list] * d);
            reader.check_ids(sizes[list]);
        }
    });
}

}  // namespace

void validate_file(int descriptor, const char* path, size_t threads) {
    FileReader file(descriptor, path);
    file.require(file.read<uint32_t>() == fourcc("IwFl"), "it is not an index of inverted lists of flat vectors");
    const Header header = check_header(file);
    const uint64_t nlist = file.read<uint64_t>();
    file.require(nlist >= 1 && nlist <= kMostLists, "its number of lists is out of range");
    file.require(file.read<uint64_t>() == 1, "its default number of probes is not what this program writes");
    check_centroids(file, header.d, nlist);
    file.require(file.read<uint8_t>() == 0 && file.read<uint64_t>() == 0, "it carries a direct map");
    check_lists(file, header.d, nlist, header.ntotal, threads);
}

}  // namespace cfaiss
