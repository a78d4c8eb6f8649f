// Threads of the libraries below. The toolchain has no omp.h, hence the declarations.

#pragma once

#include <cstddef>

extern "C" {
void omp_set_num_threads(int n);
int omp_get_max_threads(void);
void openblas_set_num_threads(int n);
}

namespace cfaiss {

// Limits OpenMP on the calling thread, where the setting lives, for the life of the object.
class ThreadLimit {
   public:
    explicit ThreadLimit(size_t n) : before_(omp_get_max_threads()) {
        omp_set_num_threads(int(n));
    }
    ~ThreadLimit() {
        omp_set_num_threads(before_);
    }
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

   private:
    const int before_;
};

}  // namespace cfaiss
