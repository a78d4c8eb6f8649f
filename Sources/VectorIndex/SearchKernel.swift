internal import CFaiss

/// The instructions that compare vectors.
///
/// Services use the fastest; the others let tests and benchmarks compare. Scores of different kernels differ by
/// rounding, so an index keeps one.
public enum SearchKernel: CaseIterable, Sendable {
    /// The best that the processor has.
    case fastest
    /// Without vector instructions beyond the baseline.
    case scalar
    /// AVX2 with fused multiply-add.
    case avx2
    /// AVX-512 (F, DQ and VL).
    case avx512

    /// Whether this processor has the instructions.
    public var isAvailable: Bool {
        cfaiss_kernel_available(code)
    }

    var code: cfaiss_kernel {
        switch self {
        case .fastest: CFAISS_KERNEL_FASTEST
        case .scalar: CFAISS_KERNEL_SCALAR
        case .avx2: CFAISS_KERNEL_AVX2
        case .avx512: CFAISS_KERNEL_AVX512
        }
    }
}
