// Reading a file that nobody vouches for.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cfaiss {

// Walks an open regular file through a small buffer of its own, so that nothing in the file decides how much memory is
// used, and a file cut short meanwhile is an error rather than a fault. Every failed check throws.
class FileReader {
   public:
    FileReader(int descriptor, const char* path);

    // Begins at byte `start` of the same file.
    FileReader(const FileReader& file, uint64_t start);

    // Where the next byte to be read is.
    uint64_t position() const {
        return position_ - (end_ - next_);
    }

    // Throws with the path and `complaint` unless the condition holds.
    void require(bool condition, const char* complaint) const;

    // Throws unless `bytes` more are there.
    void require_remaining(uint64_t bytes) const;

    // How many bytes there are from the next one to the end.
    uint64_t rest() const;

    void read(void* bytes, size_t size);

    template <class Value>
    Value read() {
        Value value;
        read(&value, sizeof value);
        return value;
    }

    // Passes over n floats, all of which must be finite.
    void check_floats(uint64_t n);

    // Passes over n ids, none of which may be negative.
    void check_ids(uint64_t n);

   private:
    // Passes over n values of `size` bytes; the check is given as many whole values at a time as the buffer holds.
    template <class Check>
    void pass_over(uint64_t n, size_t size, const Check& check);

    void fill();

    const int descriptor_;
    const char* const path_;
    uint64_t length_ = 0;
    uint64_t position_ = 0; // of the first byte not yet in the buffer
    std::vector<uint8_t> buffer_;
    size_t next_ = 0;
    size_t end_ = 0;
};

}  // namespace cfaiss
