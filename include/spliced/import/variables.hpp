// The environment as a haproxy.cfg sees and changes it: `"$NAME"`, setenv, presetenv, unsetenv, resetenv.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace spliced::import {

/// Letters, digits and '_'; a dot only begins the names of HAProxy's own (".LINE").
bool is_variable_letter(char c);

class Variables {
  public:
    using Map = std::map<std::string, std::string, std::less<>>;

    explicit Variables(Map values) : values_(std::move(values)) {}
    /// Those of this process, and HAPROXY_LOCALPEER, which HAProxy sets itself.
    static Variables of_this_process();

    std::optional<std::string> find(std::string_view name) const;
    void set(std::string_view name, std::string_view value);
    void unset(std::string_view name);
    /// `resetenv`: forgets all but these.
    template <typename Names>
    void keep_only(const Names& names) {
        Map kept;
        for (std::string_view name : names)
            if (auto found = values_.find(name); found != values_.end()) kept.insert(*found);
        values_ = std::move(kept);
    }

  private:
    Map values_;
};

}  // namespace spliced::import
