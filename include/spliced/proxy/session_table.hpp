// All sessions of the process.
#pragma once

#include <cstddef>

#include "spliced/base/slab.hpp"
#include "spliced/proxy/session.hpp"

namespace spliced::proxy {

/// Who waits for the last session to end. Implemented by the drain.
class IdleObserver {
  public:
    virtual void on_last_session_gone() = 0;

  protected:
    ~IdleObserver() = default;
};

class SessionTable {
  public:
    SessionTable() = default;
    SessionTable(const SessionTable&) = delete;
    SessionTable& operator=(const SessionTable&) = delete;
    ~SessionTable();

    /// False where there is no memory; the client's socket is then closed.
    bool open(BoundListener& listener, os::Accepted accepted, bool begins_with_header,
              std::unique_ptr<TrackedEntries> tracked);
    /// Only for Session::dispose().
    void destroy(Session& session);
    /// Ends all of them by RST in the loop's next turn.
    void kill_all();

    /// Ends those that `belongs(session)` is true of.
    template <typename Predicate>
    std::size_t kill_where(Predicate belongs, char cause = 'K') {
        std::size_t count = 0;
        for_each([&](Session& session) {
            if (!belongs(session)) return;
            session.kill(cause);
            ++count;
        });
        return count;
    }

    /// The youngest first.
    template <typename Visit>
    void for_each(Visit visit) const {
        for (Session* session = first_; session; session = session->next) visit(*session);
    }

    std::size_t size() const { return size_; }
    void set_observer(IdleObserver* observer) { observer_ = observer; }

  private:
    Slab<Session> slab_;
    Session* first_ = nullptr;
    std::size_t size_ = 0;
    IdleObserver* observer_ = nullptr;
};

}  // namespace spliced::proxy
