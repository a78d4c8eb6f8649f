// How failures travel inside the shim (exceptions) and out of it (a status by value).

#pragma once

#include <cfaiss.h>

#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace cfaiss {

class Error : public std::runtime_error {
   public:
    Error(cfaiss_code code, const std::string& message) : std::runtime_error(message), code(code) {}

    const cfaiss_code code;
};

[[noreturn]] inline void refuse(const std::string& message) {
    throw Error(CFAISS_INVALID_ARGUMENT, message);
}

inline cfaiss_status make_status(cfaiss_code code, const char* message) noexcept {
    cfaiss_status status = {};
    status.code = code;
    std::snprintf(status.message, sizeof status.message, "%s", message);
    return status;
}

// Runs the body and turns whatever it throws into a status.
template <class Body>
cfaiss_status guarded(const Body& body) noexcept {
    try {
        body();
        return make_status(CFAISS_OK, "");
    } catch (const Error& error) {
        return make_status(error.code, error.what());
    } catch (const std::bad_alloc&) {
        return make_status(CFAISS_OUT_OF_MEMORY, "out of memory");
    } catch (const std::length_error&) {
        return make_status(CFAISS_OUT_OF_MEMORY, "out of memory: more was asked for than can be addressed");
    } catch (const std::exception& error) {
        return make_status(CFAISS_INTERNAL, error.what());
    } catch (...) {
        return make_status(CFAISS_INTERNAL, "an exception of unknown type");
    }
}

}  // namespace cfaiss
