// How an event reaches its owner, and the one rule about who may destroy it.
//
// An owner is any class with handler members and a `dispose()`. A handler returns keep or done; on done the
// trampoline, which touches neither event nor owner afterwards, calls `dispose()`. Nobody else destroys an
// owner from within an event: they mark it (see deferred.hpp) and it is reaped on its own turn. Binding a
// member function at compile time costs no allocation and no virtual call.
#pragma once

#include <new>

namespace spliced::event {

/// What a handler wants: to live on, or to be disposed of.
enum class Verdict { keep, done };

/// Calls `owner.*Method(arguments...)` and disposes of the owner when it is done. Want of memory costs that
/// owner its life (an owner that cannot die ignores dispose()), not the process: no exception may cross
/// libevent.
template <auto Method, typename Owner, typename... Arguments>
void deliver(Owner& owner, Arguments... arguments) {
    Verdict verdict = Verdict::done;
    try {
        verdict = (owner.*Method)(arguments...);
    } catch (const std::bad_alloc&) {
        verdict = Verdict::done;
    }
    if (verdict == Verdict::done) owner.dispose();
}

}  // namespace spliced::event
