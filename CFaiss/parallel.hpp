// Plain threads: the compiler of the Swift toolchain has no OpenMP, and exceptions must not die in a team.

#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace cfaiss {

// Runs body(i) for every i < n on at most `threads` threads, the caller's among them, and rethrows the first exception.
template <class Body>
void parallel_for(size_t n, size_t threads, const Body& body) {
    constexpr size_t kStep = 16;
    std::atomic<size_t> next{0};
    std::exception_ptr failure;
    std::mutex failure_lock;

    const auto work = [&] {
        try {
            for (size_t i = next.fetch_add(kStep); i < n; i = next.fetch_add(kStep)) {
                for (size_t j = i; j < std::min(n, i + kStep); j++) {
                    body(j);
                }
            }
        } catch (...) {
            const std::lock_guard<std::mutex> guard(failure_lock);
            failure = failure ? failure : std::current_exception();
            next = n;
        }
    };

    std::vector<std::thread> team;
    const size_t useful = std::min(threads, (n + kStep - 1) / kStep);
    team.reserve(useful);
    try {
        while (team.size() + 1 < useful) {
            team.emplace_back(work);
        }
    } catch (const std::system_error&) {
        // The system has no thread to spare: those that started, if only this one, do the work.
    }
    work();
    for (std::thread& thread : team) {
        thread.join();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace cfaiss
