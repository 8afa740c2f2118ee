#include "spliced/stick/entry.hpp"

#include "spliced/stick/rate_window.hpp"

namespace spliced::stick {
namespace {

using config::StickForm;

std::size_t bytes_of(StickForm form) {
    switch (form) {
        case StickForm::number:
            return sizeof(std::uint32_t);
        case StickForm::total:
            return sizeof(std::uint64_t);
        case StickForm::rate:
            return sizeof(RateWindow);
        case StickForm::name:
            break;
    }
    return sizeof(const std::string*);
}

}  // namespace

Layout::Layout(const config::StickTable& settings) {
    std::size_t at = sizeof(Entry);
    for (bool wide : {true, false}) {
        for (const auto& row : config::stick_data_names()) {
            bool is_wide = row.form == StickForm::total || row.form == StickForm::name;
            if (is_wide != wide || !settings.stores(row.data)) continue;
            offsets_[static_cast<std::size_t>(row.data)] = static_cast<std::uint16_t>(at);
            at += bytes_of(row.form);
        }
    }
    key_offset_ = at;
}

void AgeList::append(Entry& entry) {
    entry.older_ = newest_;
    entry.newer_ = nullptr;
    (newest_ ? newest_->newer_ : oldest_) = &entry;
    newest_ = &entry;
}

void AgeList::remove(Entry& entry) {
    (entry.older_ ? entry.older_->newer_ : oldest_) = entry.newer_;
    (entry.newer_ ? entry.newer_->older_ : newest_) = entry.older_;
    entry.older_ = entry.newer_ = nullptr;
}

}  // namespace spliced::stick
