internal import CFFTW

/// Magnitudes of the discrete Fourier transform of real signals of one length.
public struct RealTransform: ~Copyable {
    /// Values of a signal; even.
    public let length: Int
    private let plan: fftwf_plan
    private let input: UnsafeMutablePointer<Float>
    private let output: UnsafeMutablePointer<fftwf_complex>

    /// FFTW makes and forgets plans by tables that all threads share, which it guards once it is told to.
    private static let guarded: Void = fftwf_make_planner_thread_safe()

    /// Plans a transform of `length` values.
    public init(length: Int) {
        precondition(length > 0 && length % 2 == 0, "a signal has an even number of values")
        let bins = length / 2 + 1
        Self.guarded
        // FFTW ends the process where its allocations fail, and knows a plan for every length.
        guard let input = fftwf_alloc_real(length), let output = fftwf_alloc_complex(bins),
            let plan = fftwf_plan_dft_r2c_1d(Int32(length), input, output, FFTW_ESTIMATE)
        else { fatalError("no memory for a transform of \(length) values") }
        (self.length, self.input, self.output, self.plan) = (length, input, output, plan)
    }

    deinit {
        fftwf_destroy_plan(plan)
        fftwf_free(input)
        fftwf_free(output)
    }

    /// Number of magnitudes: length / 2 + 1.
    public var bins: Int { length / 2 + 1 }

    /// Multiplies a stretch of `signal` by `window` and gives the power |X_k|² of its transform, unscaled.
    ///
    /// - Parameters:
    ///   - signal: at least `start + length` values.
    ///   - window: `length` values.
    ///   - power: `bins` values, overwritten.
    public mutating func power(of signal: [Float], from start: Int, window: [Float], into power: inout [Float]) {
        precondition(start >= 0 && start + length <= signal.count && window.count == length && power.count == bins)
        for index in 0..<length { input[index] = signal[start + index] * window[index] }
        fftwf_execute(plan)
        for bin in 0..<bins {
            let (real, imaginary) = (output[bin].0, output[bin].1)
            power[bin] = real * real + imaginary * imaginary
        }
    }

    /// The autocorrelation Σ_n x_n x_{n+lag} of `signal` for lags 0 to `lags` - 1, by the power spectrum.
    ///
    /// - Parameter signal: at most `length` - `lags` values, so that nothing wraps around.
    public mutating func autocorrelation(of signal: ArraySlice<Float>, lags: Int) -> [Float] {
        precondition(signal.count + lags <= length, "the signal is too long for the transform")
        for (index, value) in signal.enumerated() { input[index] = value }
        for index in signal.count..<length { input[index] = 0 }
        fftwf_execute(plan)
        for bin in 0..<bins {
            let (real, imaginary) = (output[bin].0, output[bin].1)
            // The power spectrum is even, so its transform is the autocorrelation, and real.
            let value = real * real + imaginary * imaginary
            input[bin] = value
            if bin > 0 { input[length - bin] = value }
        }
        fftwf_execute(plan)
        return (0..<lags).map { output[$0].0 / Float(length) }
    }
}
