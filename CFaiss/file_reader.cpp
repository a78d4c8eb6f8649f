#include "file_reader.hpp"

#include "status.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace cfaiss {

namespace {

constexpr size_t kBufferSize = 1 << 16;

}  // namespace

FileReader::FileReader(int descriptor, const char* path) : descriptor_(descriptor), path_(path), buffer_(kBufferSize) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        throw Error(CFAISS_IO, std::string(path) + ": " + std::strerror(errno));
    }
    require(S_ISREG(status.st_mode), "it is not a regular file");
    length_ = uint64_t(status.st_size);
}

FileReader::FileReader(const FileReader& file, uint64_t start)
    : descriptor_(file.descriptor_),
      path_(file.path_),
      length_(file.length_),
      position_(start),
      buffer_(kBufferSize) {}

void FileReader::require(bool condition, const char* complaint) const {
    if (!condition) {
        throw Error(CFAISS_BAD_FILE, std::string(path_) + " is not a usable index: " + complaint);
    }
}

void FileReader::require_remaining(uint64_t bytes) const {
    require(bytes <= rest(), "it is shorter than it says");
}

uint64_t FileReader::rest() const {
    return length_ - position();
}

void FileReader::fill() {
    const ssize_t got = pread(descriptor_, buffer_.data(), buffer_.size(), off_t(position_));
    if (got < 0) {
        throw Error(CFAISS_IO, std::string(path_) + ": " + std::strerror(errno));
    }
    require(got > 0, "it ends too early");
    position_ += uint64_t(got);
    next_ = 0;
    end_ = size_t(got);
}

void FileReader::read(void* bytes, size_t size) {
    require_remaining(size);
    auto* out = static_cast<uint8_t*>(bytes);
    while (size > 0) {
        if (next_ == end_) {
            fill();
        }
        const size_t part = std::min(size, end_ - next_);
        std::memcpy(out, buffer_.data() + next_, part);
        out += part;
        size -= part;
        next_ += part;
    }
}

template <class Check>
void FileReader::pass_over(uint64_t n, size_t size, const Check& check) {
    require(n <= length_ / size, "it is shorter than it says");
    require_remaining(n * size);
    std::vector<uint8_t> values(std::min<uint64_t>(n * size, kBufferSize));
    for (uint64_t left = n; left > 0;) {
        const size_t count = size_t(std::min<uint64_t>(left, kBufferSize / size));
        read(values.data(), count * size);
        check(values.data(), count);
        left -= count;
    }
}

void FileReader::check_floats(uint64_t n) {
    pass_over(n, sizeof(uint32_t), [&](const uint8_t* values, size_t count) {
        constexpr uint32_t kExponent = 0x7f800000;
        uint32_t infinite = 0;
        for (size_t i = 0; i < count; i++) {
            uint32_t bits;
            std::memcpy(&bits, values + i * sizeof bits, sizeof bits);
            infinite |= uint32_t((bits & kExponent) == kExponent);
        }
        require(!infinite, "it holds values that are infinite or not numbers");
    });
}

void FileReader::check_ids(uint64_t n) {
    pass_over(n, sizeof(int64_t), [&](const uint8_t* values, size_t count) {
        int64_t signs = 0;
        for (size_t i = 0; i < count; i++) {
            int64_t id;
            std::memcpy(&id, values + i * sizeof id, sizeof id);
            signs |= id;
        }
        require(signs >= 0, "it holds negative ids");
    });
}

}  // namespace cfaiss
