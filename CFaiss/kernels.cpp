#include "kernels.hpp"

#include "status.hpp"

namespace cfaiss {

namespace {

#if defined(__x86_64__)
bool has_avx2() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool has_avx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl");
}

const Kernel& avx512_kernel() {
    return __builtin_cpu_supports("avx512vnni") ? kAVX512VNNIKernel : kAVX512Kernel;
}
#endif

const Kernel& fastest_kernel() {
#if defined(__x86_64__)
    if (has_avx512()) {
        return avx512_kernel();
    }
    if (has_avx2()) {
        return kAVX2Kernel;
    }
#endif
    return kScalarKernel;
}

}  // namespace

bool kernel_available(cfaiss_kernel kernel) {
    switch (kernel) {
        case CFAISS_KERNEL_FASTEST:
        case CFAISS_KERNEL_SCALAR:
            return true;
#if defined(__x86_64__)
        case CFAISS_KERNEL_AVX2:
            return has_avx2();
        case CFAISS_KERNEL_AVX512:
            return has_avx512();
#endif
        default:
            return false;
    }
}

const Kernel& find_kernel(cfaiss_kernel kernel) {
    if (!kernel_available(kernel)) {
        refuse("this processor cannot run that kernel; choose the fastest one, which always exists");
    }
    switch (kernel) {
#if defined(__x86_64__)
        case CFAISS_KERNEL_AVX2:
            return kAVX2Kernel;
        case CFAISS_KERNEL_AVX512:
            return avx512_kernel();
#endif
        case CFAISS_KERNEL_SCALAR:
            return kScalarKernel;
        default:
            return fastest_kernel();
    }
}

}  // namespace cfaiss
