#include "spliced/check/program_probe.hpp"

#include <fmt/format.h>

namespace spliced::check {

using Status = balance::CheckResult::Status;

namespace {

struct Place {
    std::string host;
    std::string port;
};

Place place_of(const os::Address& address) {
    if (address.is_ip()) return {address.host_text(), std::to_string(address.port())};
    if (address.is_unix()) return {address.path().empty() ? address.host_text() : address.path(), {}};
    return {};
}

std::string or_unused(const std::string& text) {
    return text.empty() ? "NOT_USED" : text;
}

}  // namespace

os::ProgramRun program_run(const ProgramSetting& setting, const balance::Server& server) {
    Place proxy = place_of(setting.listener);
    Place own = place_of(server.address());
    os::ProgramRun run;
    run.words = {setting.program, or_unused(proxy.host), or_unused(proxy.port), or_unused(own.host),
                 or_unused(own.port)};
    if (!setting.path.empty()) run.environment.push_back("PATH=" + setting.path);
    for (const char* prefix : {"HAPROXY", "SPLICED"}) {
        auto add = [&](std::string_view name, const std::string& value) {
            run.environment.push_back(fmt::format("{}_{}={}", prefix, name, value));
        };
        add("PROXY_NAME", setting.proxy_name);
        add("PROXY_ID", std::to_string(setting.proxy_id));
        add("PROXY_ADDR", proxy.host);
        add("PROXY_PORT", proxy.port);
        add("SERVER_NAME", server.name());
        add("SERVER_ID", std::to_string(setting.server_id));
        add("SERVER_ADDR", own.host);
        add("SERVER_PORT", own.port);
        add("SERVER_MAXCONN", std::to_string(server.limits().most));
        add("SERVER_CURCONN", std::to_string(server.connections()));
        add("SERVER_SSL", "0");
        add("SERVER_PROTO", "tcp");
    }
    return run;
}

void ProgramProbe::begin() {
    // [global] cannot be changed by a reload, which may bring the first backend that wants a program.
    constexpr const char* not_allowed = "the process was started without 'external-check = yes' in [global]";
    if (runner_ == nullptr) return owner_.on_probe_over({Status::inconclusive, not_allowed, {}});
    auto pipe = runner_->run(program_run(setting_, server_));
    if (!pipe) return owner_.on_probe_over({Status::inconclusive, pipe.error().message, {}});
    pipe_ = *std::move(pipe);
    if (!event_.watch_readable<&ProgramProbe::on_ended>(loop_, pipe_.get(), *this, event::Priority::urgent))
        owner_.on_probe_over({Status::inconclusive, "", {}});
}

event::Verdict ProgramProbe::on_ended() {
    auto end = os::ProgramRunner::read_end(pipe_.get());
    balance::CheckResult result;
    if (!end) {
        result.info = "the helper that runs checks is gone";
    } else {
        result.status =
            end->exit_code == 0 && end->signal == 0 ? Status::program_passed : Status::program_failed;
        result.code = end->signal != 0 ? ~0U : static_cast<unsigned>(end->exit_code);
    }
    owner_.on_probe_over(std::move(result));
    return event::Verdict::keep;
}

balance::CheckResult ProgramProbe::time_out() {
    return {Status::program_timed_out, "", {}};
}

void ProgramProbe::stop() {
    event_.stop();
    pipe_.reset();
}

}  // namespace spliced::check
