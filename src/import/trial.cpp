#include "spliced/import/trial.hpp"

#include <algorithm>

#include "spliced/base/text.hpp"
#include "spliced/config/load_text.hpp"
#include "spliced/import/word_list.hpp"

namespace spliced::import {
namespace {

constexpr const char* file_name = "import";

/// Each round takes at least one entry or section out; far more than any file needs.
constexpr int most_rounds = 1000;

/// Lines that keep somebody out or elsewhere, or the process in bounds.
constexpr std::string_view guards = "user, group, chroot, use_backend, use-server, tcp-request, tcp-response";
/// Of rules: those that turn away, and those that note what others turn away for.
constexpr std::array<std::string_view, 9> barriers{"reject",   "silent-drop", "expect-proxy", "close", "deny",
                                                   "track-sc", "set-var",     "sc-inc",       "sc-set"};

config::Environment generous_machine() {
    auto machine = config::Environment::of_this_machine();
    auto read_file = machine.read_file;
    machine.read_file = [read_file](const std::string& path, std::size_t limit) -> Result<std::string> {
        auto content = read_file(path, limit);
        return content ? content : Result<std::string>(std::string("127.0.0.1\n"));
    };
    machine.look_up = [](const std::string&, sa_family_t family) -> Result<os::Address> {
        if (family == AF_INET6) return os::Address::ipv6(in6addr_loopback, 0);
        return os::Address::ipv4(0x7f000001, 0);
    };
    machine.user = [](const std::string&) -> Result<uid_t> { return uid_t{1}; };
    machine.group = [](const std::string&) -> Result<gid_t> { return gid_t{1}; };
    return machine;
}

bool keeps_out(const IniEntry& entry) {
    auto parts = split_words(entry.key);
    std::vector<std::string> key(parts.begin(), parts.end());
    if (!begin_with_any(Words(key), guards)) return false;
    if (!entry.key.starts_with("tcp-")) return true;
    return std::any_of(barriers.begin(), barriers.end(),
                       [&](auto word) { return entry.value.find(word) != std::string::npos; });
}

/// Every message begins with the key, which the line shows already.
std::string without_key(const std::string& message, const std::string& key) {
    auto head = "'" + key + "': ";
    return message.starts_with(head) ? message.substr(head.size()) : message;
}

bool has_control_bytes(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
}

bool has_comment(std::string_view value) {
    for (std::size_t i = 0; i < value.size(); ++i)
        if ((value[i] == ';' || value[i] == '#') && (i == 0 || is_blank(value[i - 1]))) return true;
    return false;
}

/// Why the INI reader would not find the value again; empty where it would.
std::string_view misread(const IniEntry& entry) {
    if (has_control_bytes(entry.key) || has_control_bytes(entry.value))
        return "a line end or another control character stands in it";
    if (has_comment(entry.value))
        return "a comment would begin in the value: ';' or '#' stands behind a blank";
    if (entry.key.find('=') != std::string::npos || has_comment(entry.key) || entry.key.starts_with('['))
        return "its name holds letters that no name has";
    return {};
}

class Trial {
  public:
    Trial(IniDraft& draft, std::vector<Verdict>& verdicts) : draft_(draft), verdicts_(verdicts) {}

    IniText run() && {
        refuse_what_ini_cuts();
        auto machine = generous_machine();
        IniText text = write_ini(draft_, verdicts_);
        for (int round = 0; round < most_rounds; ++round) {
            auto loaded = config::load_text({{file_name, text.text}}, machine);
            bool found = false;
            for (const auto& mistake : loaded.mistakes)
                if (mistake.severity == config::Mistake::Severity::error)
                    found = take_out(mistake, text) || found;
            if (!found) break;
            text = write_ini(draft_, verdicts_);
        }
        return text;
    }

  private:
    /// What would be read as something else than the value that it is.
    void refuse_what_ini_cuts() {
        for (auto& section : draft_) {
            if (has_control_bytes(section.header) || section.header.find(']') != std::string::npos)
                refuse(section, "the section's name holds letters that no name has");
            for (auto& entry : section.entries)
                if (auto reason = misread(entry); entry.refusal.empty() && !reason.empty())
                    refuse(entry, std::string(reason));
        }
    }

    void refuse(IniSection& section, const std::string& reason) {
        section.refusal = reason;
        if (section.verdict != no_verdict) verdicts_[section.verdict].refuse(reason);
        for (auto& entry : section.entries)
            if (entry.refusal.empty()) refuse(entry, "its section is refused");
    }

    void refuse(IniEntry& entry, const std::string& reason) {
        entry.refusal = reason;
        if (entry.verdict == no_verdict) return;
        if (keeps_out(entry))
            verdicts_[entry.verdict].refuse_for_safety(reason);
        else
            verdicts_[entry.verdict].refuse(reason);
    }

    bool take_out(const config::Mistake& mistake, const IniText& text) {
        if (mistake.where.line == 0 || mistake.where.line > text.origins.size()) return false;
        auto origin = text.origins[mistake.where.line - 1];
        if (origin.section == no_verdict) return false;
        auto& section = draft_[origin.section];
        if (origin.entry != no_verdict) {
            auto& entry = section.entries[origin.entry];
            if (entry.refusal.empty()) refuse(entry, without_key(mistake.message, entry.key));
            return true;
        }
        refuse(section, mistake.message);
        return true;
    }

    IniDraft& draft_;
    std::vector<Verdict>& verdicts_;
};

}  // namespace

IniText try_out(IniDraft& draft, std::vector<Verdict>& verdicts) {
    return Trial(draft, verdicts).run();
}

}  // namespace spliced::import
