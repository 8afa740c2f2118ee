#include "spliced/config/sources.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "spliced/config/read_file.hpp"

namespace spliced::config {
namespace {

/// A bound against a path that never ends, such as /dev/zero. A thousand servers take a tenth of a megabyte.
constexpr std::size_t max_file = std::size_t{16} << 20;

/// The files of a folder with this ending. Hidden ones are an editor's leftovers.
Result<std::vector<std::string>> files_of(const std::string& folder, std::string_view ending) {
    std::vector<std::string> files;
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        const auto& path = entry->path();
        if (path.extension() == ending && !path.filename().string().starts_with('.'))
            files.push_back(path.string());
    }
    if (failure) return system_error("the folder cannot be read", failure.value());
    std::sort(files.begin(), files.end());
    return files;
}

class SourceReader {
  public:
    SourceReader(Mistakes& mistakes, std::string_view ending) : mistakes_(mistakes), ending_(ending) {}

    void read(const std::string& path) {
        std::error_code ignored;  // what cannot be looked at cannot be read either, and that is reported
        if (!std::filesystem::is_directory(path, ignored)) return read_file(path);
        auto files = files_of(path, ending_);
        if (!files) return complain(path, files.error().message);
        if (files->empty()) return complain(path, fmt::format("the folder holds no *{} file", ending_));
        for (const auto& file : *files) read_file(file);
    }

    std::vector<SourceText> take() && { return std::move(sources_); }

  private:
    void complain(const std::string& path, std::string message) {
        mistakes_.begin_file(path);
        mistakes_.error({path, 0}, std::move(message));
    }

    void read_file(const std::string& path) {
        struct stat status {};
        if (::stat(path.c_str(), &status) == 0 && !known_.emplace(status.st_dev, status.st_ino).second)
            return complain(path, "the file was given before");
        auto text = config::read_file(path, max_file, FileKind::regular_or_pipe);
        if (!text) return complain(path, "cannot be read: " + text.error().message);
        mistakes_.begin_file(path);
        sources_.push_back({path, std::move(*text)});
    }

    Mistakes& mistakes_;
    std::string_view ending_;
    std::set<std::pair<dev_t, ino_t>> known_;
    std::vector<SourceText> sources_;
};

}  // namespace

std::vector<SourceText> read_sources(const std::vector<std::string>& paths, Mistakes& mistakes,
                                     std::string_view ending) {
    SourceReader reader(mistakes, ending);
    for (const auto& path : paths) reader.read(path);
    return std::move(reader).take();
}

}  // namespace spliced::config
