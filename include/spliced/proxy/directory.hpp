// Finds frontends and backends by name, for rules that name one. Implemented by the engine.
#pragma once

#include <string_view>

namespace spliced::proxy {

class Backend;
class Frontend;

class Directory {
  public:
    /// Those of the configuration in force; null where it has none of that name.
    virtual Frontend* find_frontend(std::string_view name) const = 0;
    virtual Backend* find_backend(std::string_view name) const = 0;

  protected:
    ~Directory() = default;
};

}  // namespace spliced::proxy
