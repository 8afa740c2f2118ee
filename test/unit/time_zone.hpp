// Puts the process into one time zone for the length of a test, whatever the machine's is.
#pragma once

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

class TimeZone {
  public:
    explicit TimeZone(const char* rule) {
        if (const char* old = std::getenv("TZ")) old_ = old;
        set(rule);
    }
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;
    ~TimeZone() {
        if (old_) {
            set(old_->c_str());
        } else {
            ::unsetenv("TZ");
            ::tzset();
        }
    }

  private:
    static void set(const char* rule) {
        ::setenv("TZ", rule, 1);
        ::tzset();
    }

    std::optional<std::string> old_;
};
