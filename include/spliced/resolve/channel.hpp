// Questions to one name server, through c-ares on our loop: by UDP, and by TCP where an answer was too large
// or `tcp@` asks for it.
//
// Each question is asked once; who repeats it, and asks others beside this one, is NameWatch.
#pragma once

#include <ares.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "spliced/config/naming.hpp"
#include "spliced/event/io_event.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/resolve/answer.hpp"

namespace spliced::resolve {

/// What is counted of a name server, with HAProxy's names (`show resolvers`).
struct NameServerCounters {
    std::uint64_t sent = 0;
    std::uint64_t send_errors = 0;  ///< it could not be reached, or we were short of something
    std::uint64_t valid = 0;
    std::uint64_t updates = 0;  ///< valid answers that moved a server
    std::uint64_t empty = 0;    ///< any_err: the name is there, but nothing of the kind
    std::uint64_t nx = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t refused = 0;
    std::uint64_t other = 0;
    std::uint64_t invalid = 0;   ///< answers that made no sense
    std::uint64_t outdated = 0;  ///< answers after another name server's had settled the matter
};

/// Which question an answer is to.
struct Ticket {
    std::uint64_t watch = 0;
    unsigned attempt = 0;
};

class Channel;

/// Who is told of answers. Implemented by the resolver.
class AnswerSink {
  public:
    /// Perhaps from within ask().
    virtual void on_answer(Channel& channel, Ticket ticket, const Answer& answer) = 0;

  protected:
    ~AnswerSink() = default;
};

class Channel {
  public:
    struct Settings {
        config::NameServer server;
        milliseconds patience{};  ///< with one question
        unsigned payload = 512;   ///< bytes of an answer by UDP
    };
    Channel(event::Loop& loop, Settings settings, AnswerSink& sink);
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    /// Questions under way get no answer.
    ~Channel();

    void ask(const std::string& name, Kind kind, Ticket ticket);

    const Settings& settings() const { return settings_; }
    NameServerCounters counters;

    event::Verdict on_timer();
    void dispose() {}

  private:
    /// A socket of the library's.
    struct Socket {
        Channel& channel;
        int fd;
        bool closed = false;
        event::IoEvent readable;
        event::IoEvent writable;

        event::Verdict on_readable() { return channel.process(*this, fd, ARES_SOCKET_BAD); }
        event::Verdict on_writable() { return channel.process(*this, ARES_SOCKET_BAD, fd); }
        void dispose() { channel.forget(*this); }
    };
    struct Question {
        Channel& channel;
        Ticket ticket;
        Kind kind;
    };

    static Result<ares_channel> open(Channel& owner);
    static void on_socket_state(void* self, int fd, int readable, int writable);
    static void on_reply(void* question, int status, int timeouts, unsigned char* bytes, int length);

    void watch(int fd, bool readable, bool writable);
    void close(int fd);
    event::Verdict process(Socket& socket, int readable, int writable);
    void forget(const Socket& socket);
    void arm();
    Answer read(const Question& question, int status, const unsigned char* bytes, int length);

    event::Loop& loop_;
    Settings settings_;
    AnswerSink& sink_;
    ares_channel library_ = nullptr;  ///< null where it could not be had
    std::vector<std::unique_ptr<Socket>> sockets_;
    const Socket* active_ = nullptr;  ///< whose handler runs: it must outlive it
    event::Timer timer_;
};

}  // namespace spliced::resolve
