#include "storage.hpp"

#include "file_format.hpp"
#include "status.hpp"

#include <faiss/impl/FaissException.h>
#include <faiss/index_io.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace cfaiss {

namespace {

struct CloseFile {
    void operator()(FILE* file) const {
        std::fclose(file);
    }
};
using File = std::unique_ptr<FILE, CloseFile>;

[[noreturn]] void fail(const std::string& path) {
    throw Error(CFAISS_IO, path + ": " + std::strerror(errno));
}

File open_file(const std::string& path, int flags, const char* mode) {
    // Not blocking: a named pipe must not hold up the open that finds out that it is one.
    const int descriptor = open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0644);
    if (descriptor < 0) {
        fail(path);
    }
    FILE* file = fdopen(descriptor, mode);
    if (!file) {
        close(descriptor);
        fail(path);
    }
    return File(file);
}

// A new name in a directory lasts only once the directory has reached the disk.
void sync_directory_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        fail(directory);
    }
    const bool synced = fsync(descriptor) == 0;
    close(descriptor);
    if (!synced) {
        fail(directory);
    }
}

// FAISS would write mapped lists as a reference to the file that they came from; this copy it writes in full.
std::unique_ptr<InvertedIndex> in_memory(const InvertedIndex& index) {
    auto lists = std::make_unique<faiss::ArrayInvertedLists>(index.nlist, index.code_size);
    for (size_t list = 0; list < index.nlist; list++) {
        const size_t size = index.invlists->list_size(list);
        if (size > 0) {
            lists->resize(list, size);
            std::memcpy(lists->codes[list].data(), index.invlists->get_codes(list), size * index.code_size);
            const void* ids = index.invlists->get_ids(list); // not aligned in a mapped file
            std::memcpy(lists->ids[list].data(), ids, size * sizeof(int64_t));
        }
    }
    auto& centroids = dynamic_cast<const faiss::IndexFlat&>(*index.quantizer);
    auto copy = std::make_unique<InvertedIndex>(index.dimension());
    dynamic_cast<faiss::IndexFlat&>(*copy->quantizer).codes = centroids.codes;
    copy->quantizer->ntotal = centroids.ntotal;
    copy->nlist = index.nlist;
    copy->ntotal = index.ntotal;
    copy->replace_invlists(lists.release(), true);
    return copy;
}

void write(const InvertedIndex& index, const std::string& path) {
    const File file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, "wb");
    try {
        faiss::write_index(&index, file.get());
    } catch (const faiss::FaissException& error) {
        throw Error(CFAISS_IO, path + ": " + error.what());
    }
    if (std::fflush(file.get()) != 0 || std::ferror(file.get()) || fsync(fileno(file.get())) != 0) {
        fail(path);
    }
}

}  // namespace

std::unique_ptr<InvertedIndex> load_index(const char* path, bool mapped, size_t threads) {
    const File file = open_file(path, O_RDONLY, "rb");
    validate_file(fileno(file.get()), path, threads);
    // The same descriptor, so that what FAISS reads is the file that was checked.
    const std::unique_ptr<faiss::Index> read(
            faiss::read_index(file.get(), mapped ? faiss::IO_FLAG_MMAP : 0));
    auto index = std::make_unique<InvertedIndex>(dynamic_cast<faiss::IndexIVFFlat&>(*read));
    try {
        index->seal(threads);
    } catch (const Error& error) {
        throw Error(CFAISS_BAD_FILE, std::string(path) + " is not a usable index: " + error.what());
    }
    return index;
}

void save_index(const InvertedIndex& index, const char* path) {
    index.sort_ids();
    const std::string partial = std::string(path) + ".partial";
    try {
        if (index.mapped()) {
            write(*in_memory(index), partial);
        } else {
            write(index, partial);
        }
        if (std::rename(partial.c_str(), path) != 0) {
            fail(path);
        }
    } catch (...) {
        unlink(partial.c_str());
        throw;
    }
    sync_directory_of(path);
}

}  // namespace cfaiss
