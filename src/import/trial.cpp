#include "spliced/import/trial.hpp"

#include <algorithm>

#include "spliced/config/load_text.hpp"
#include "spliced/import/word_list.hpp"

namespace spliced::import {
namespace {

constexpr const char* file_name = "import";

/// Each round takes at least one entry or section out; far more than any file needs.
constexpr int most_rounds = 1000;

/// Lines that keep somebody out, or the process in bounds.
constexpr std::string_view guards = "user, group, chroot, tcp-request, tcp-response";
constexpr std::array<std::string_view, 5> barriers{"reject", "silent-drop", "expect-proxy", "close", "deny"};

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
    std::vector<std::string> key{entry.key};
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
    /// A blank and a semicolon begin a comment, and nothing takes that meaning away.
    void refuse_what_ini_cuts() {
        for (auto& section : draft_)
            for (auto& entry : section.entries)
                if (entry.value.find(" ;") != std::string::npos ||
                    entry.value.find(" #") != std::string::npos || entry.value.starts_with(';') ||
                    entry.value.starts_with('#'))
                    refuse(entry, "a comment would begin in the value: ';' or '#' stands behind a blank");
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
        section.refusal = mistake.message;
        if (section.verdict != no_verdict) verdicts_[section.verdict].refuse(mistake.message);
        for (auto& entry : section.entries)
            if (entry.refusal.empty()) refuse(entry, "its section is refused");
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
