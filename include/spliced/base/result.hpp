// The outcome of a step that can fail: a value, or an error that names the step and the object.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace spliced {

/// Why a step failed, written for the operator: "cannot listen on 127.0.0.1:80: Address already in use".
/// `code` is the errno behind it, 0 where there is none.
struct Error {
    std::string message;
    int code = 0;
};

/// "STEP: what errno says", with the errno kept for callers that act on it.
Error system_error(std::string step, int code);

/// Stands in for std::expected, which g++ 12 does not have in C++20. Expected outcomes (EAGAIN, end of
/// stream) are enumerators in T, never errors.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : value_(std::move(value)) {}
    Result(Error error) : error_(std::move(error)) {}

    explicit operator bool() const { return value_.has_value(); }

    T& operator*() & { return *value_; }
    const T& operator*() const& { return *value_; }
    T&& operator*() && { return *std::move(value_); }
    T* operator->() { return &*value_; }
    const T* operator->() const { return &*value_; }

    const Error& error() const {
        assert(!value_);
        return error_;
    }

  private:
    std::optional<T> value_;
    Error error_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), failed_(true) {}

    explicit operator bool() const { return !failed_; }
    const Error& error() const {
        assert(failed_);
        return error_;
    }

  private:
    Error error_;
    bool failed_ = false;
};

}  // namespace spliced
