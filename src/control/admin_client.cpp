#include "spliced/control/admin_client.hpp"

#include "spliced/control/command_table.hpp"
#include "spliced/control/command_words.hpp"

namespace spliced::control {

using event::Verdict;

AdminClient::AdminClient(Admin& admin, AdminClientOwner& owner, config::AdminLevel level,
                         bool may_take_listeners)
    : admin_(admin), owner_(owner), may_take_listeners_(may_take_listeners) {
    caller_.level = level;
    caller_.idle_limit = admin.engine.config().global.stats_timeout;
}

bool AdminClient::start(UniqueFd socket) {
    using Self = AdminClient;
    if (!stream_.open<&Self::on_input, &Self::on_flushed, &Self::on_end>(admin_.loop, std::move(socket),
                                                                         *this, max_line))
        return false;
    stream_.set_idle_limit(caller_.idle_limit);
    return true;
}

Verdict AdminClient::on_input() {
    return advance();
}

Verdict AdminClient::on_flushed() {
    return advance();
}

Verdict AdminClient::on_end(event::StreamEnd end) {
    if (end == event::StreamEnd::lost) return Verdict::done;
    at_end_ = true;
    return advance();
}

void AdminClient::dispose() {
    owner_.on_client_done(*this);
}

/// One command at most: others have their turn while its answer is written.
Verdict AdminClient::advance() {
    if (!stream_.flushed()) return Verdict::keep;
    if (caller_.leaving) return Verdict::done;
    if (commands_.empty() && !take_line()) {
        // Without a prompt a client gets one line, or as many as came together with it.
        bool served = heard_ && !caller_.interactive && stream_.input_size() == 0;
        if (served || at_end_ || stream_.input_size() >= max_line) return Verdict::done;
        stream_.hold_input(false);
        return Verdict::keep;
    }
    std::string command = std::move(commands_.front());
    commands_.pop_front();
    run(command);
    return caller_.leaving ? Verdict::done : Verdict::keep;
}

bool AdminClient::take_line() {
    auto line = stream_.take_line();
    if (!line) return false;
    heard_ = true;
    for (auto command : split_commands(*line)) commands_.emplace_back(command);
    return true;
}

void AdminClient::run(const std::string& command) {
    auto words = command_words(command);
    if (may_take_listeners_ && words.size() == 1 && words[0] == "_getsocks") {
        owner_.hand_over_listeners(stream_.fd());
        caller_.leaving = true;
        return;
    }
    Answer answer = run_command(admin_, caller_, words);
    if (caller_.leaving) return;
    stream_.set_idle_limit(caller_.idle_limit);
    stream_.hold_input(true);
    stream_.write(rendered(answer, caller_));
}

}  // namespace spliced::control
