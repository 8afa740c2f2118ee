// The status page: complete HTML, so that it needs no script.
#pragma once

#include <span>
#include <string>

#include "spliced/control/admin.hpp"
#include "spliced/control/history.hpp"
#include "spliced/control/process_info.hpp"
#include "spliced/control/stat_rows.hpp"

namespace spliced::control {

struct StatusView {
    const Admin& admin;
    std::span<const StatRow> rows;  ///< of all kinds, in the order of collect_stats()
    std::span<const InfoValue> info;
    const History& history;
};

std::string status_html(const StatusView& view);

/// Of the page: one proxy, which is what stands in `rows` of one iid.
std::string proxy_html(const StatusView& view, std::span<const StatRow> rows);

/// How it stands, in one sentence, and how good that is: "ok", "warn" or "bad", a class of the style sheet.
struct Verdict {
    std::string_view grade;
    std::string text;
};
Verdict verdict_of(std::span<const StatRow> rows);

/// The class of the style sheet for a text of the column `status`: "ok", "warn", "bad" or "off".
std::string_view grade_of(std::string_view status);

}  // namespace spliced::control
