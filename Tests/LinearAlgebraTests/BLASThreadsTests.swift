import Foundation
import LinearAlgebra
import Testing

@Suite struct BLASThreadsTests {
    @Test func noneIsStartedBesideTheCallers() throws {
        let process = try #require(dlopen(nil, RTLD_NOW))
        // A variable of every OpenBLAS that has threads: how many it started, whatever was set later.
        let started = dlsym(process, "blas_num_threads")?.assumingMemoryBound(to: CInt.self).pointee
        #expect((started ?? 1) == 1)
    }
}
