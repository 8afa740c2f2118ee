// Pipes that are not in use. A flow takes one for the time that it has bytes in flight and no longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "spliced/event/timer.hpp"
#include "spliced/os/pipe.hpp"

namespace spliced::relay {

class PipePool {
  public:
    struct Settings {
        std::size_t max = 0;   ///< pipes in existence at one time; 0: none, every flow copies
        std::size_t size = 0;  ///< bytes asked of the kernel; 0: its default at first, growing for bulk
    };

    PipePool(event::Loop& loop, Settings settings);

    /// Holds for pipes that are made from now on.
    void set_settings(Settings settings) { settings_ = settings; }

    /// Null where there is none to be had: the caller copies instead.
    std::unique_ptr<os::Pipe> take();

    /// Takes back an empty pipe. A pipe with bytes in it must be destroyed instead: they are one client's
    /// bytes, and the next user is another client.
    void give_back(std::unique_ptr<os::Pipe> empty_pipe);
    /// Destroys a pipe that still holds bytes.
    void discard(std::unique_ptr<os::Pipe> pipe);

    /// A flow filled the whole pipe: bulk costs a third less with 1 MiB than with 64 KiB. Does nothing where
    /// the size is configured, or the kernel refused lately (fs.pipe-user-pages-soft).
    void grow(os::Pipe& pipe);

    std::size_t in_use() const { return existing_ - idle_.size(); }
    std::size_t idle() const { return idle_.size(); }
    std::size_t max() const { return settings_.max; }
    /// Times that a flow had to copy because no pipe could be had.
    std::uint64_t refused() const { return refused_; }

    /// Closes half of the pipes that nobody needed since the last call; every second while there are any.
    event::Verdict on_trim();
    void dispose() {}

  private:
    event::Loop& loop_;
    Settings settings_;
    std::vector<std::unique_ptr<os::Pipe>> idle_;
    std::size_t existing_ = 0;
    std::size_t fewest_idle_ = 0;  ///< since the last trim
    std::uint64_t refused_ = 0;
    TimePoint grow_at_{};   ///< after a refusal, no growth before this
    TimePoint retry_at_{};  ///< after a shortage, no pipe2(2) before this
    event::Timer trim_;
};

}  // namespace spliced::relay
