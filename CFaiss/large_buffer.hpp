// Memory for what is read at random and at length.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include <sys/mman.h>

namespace cfaiss {

// Bytes at the start of a cache line, in huge pages where there are enough of them and the system gives any: a scan of
// scattered lists otherwise misses the translation buffer at every few thousand bytes.
class LargeBuffer {
   public:
    LargeBuffer() = default;
    explicit LargeBuffer(size_t size) {
        constexpr size_t kLine = 64;
        constexpr size_t kHugePage = size_t(1) << 21;
        const size_t alignment = size >= kHugePage ? kHugePage : kLine;
        const size_t rounded = (size + kLine - 1) / kLine * kLine;
        void* memory = nullptr;
        if (size > 0 && posix_memalign(&memory, alignment, rounded) != 0) {
            throw std::bad_alloc();
        }
        bytes_.reset(static_cast<uint8_t*>(memory));
        if (alignment == kHugePage) {
            // Advice: without it the memory is as good, and somewhat slower.
            (void)madvise(memory, rounded, MADV_HUGEPAGE);
        }
    }

    uint8_t* data() {
        return bytes_.get();
    }
    const uint8_t* data() const {
        return bytes_.get();
    }

   private:
    struct Free {
        void operator()(uint8_t* bytes) const {
            std::free(bytes);
        }
    };
    std::unique_ptr<uint8_t, Free> bytes_;
};

}  // namespace cfaiss
