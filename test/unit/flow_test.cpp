// The truth table of one direction: every state of source, destination and bytes in flight, and its next
// step.
#include "spliced/relay/flow.hpp"

#include "catch.hpp"

namespace {

using spliced::os::Transfer;
using spliced::relay::Flow;
using Outcome = Transfer::Outcome;
using Step = Flow::Step;

Transfer moved(std::size_t count) {
    return {Outcome::moved, count, 0};
}
constexpr Transfer blocked{Outcome::blocked, 0, 0};
constexpr Transfer ended{Outcome::ended, 0, 0};
constexpr Transfer lost{Outcome::failed, 0, 104};

Flow ready_flow() {
    Flow flow;
    flow.source_ready();
    flow.destination_ready();
    return flow;
}

}  // namespace

TEST_CASE("a new flow waits until both ends are ready, then reads") {
    Flow flow;
    CHECK(flow.next() == Step::wait);
    flow.source_ready();
    CHECK(flow.next() == Step::wait);
    flow.destination_ready();
    CHECK(flow.next() == Step::read);
}

TEST_CASE("the next step follows from source, destination, bytes in flight and readiness") {
    enum class Source { open, ended, reset };
    enum class Destination { open, shut, gone };
    struct Row {
        Source source;
        Destination destination;
        std::size_t in_flight;
        bool readable, writable;
        Step step;
    };
    const Row rows[] = {
        {Source::open, Destination::open, 0, false, false, Step::wait},
        {Source::open, Destination::open, 0, true, false, Step::wait},
        {Source::open, Destination::open, 0, false, true, Step::wait},
        {Source::open, Destination::open, 0, true, true, Step::read},
        {Source::open, Destination::open, 5, true, true, Step::write},
        {Source::open, Destination::open, 5, false, true, Step::write},
        {Source::open, Destination::open, 5, true, false, Step::wait},
        {Source::ended, Destination::open, 5, false, true, Step::write},
        {Source::ended, Destination::open, 5, false, false, Step::wait},
        {Source::ended, Destination::open, 0, false, false, Step::pass_fin},
        {Source::ended, Destination::open, 0, false, true, Step::pass_fin},
        {Source::ended, Destination::shut, 0, false, true, Step::closed},
        {Source::reset, Destination::open, 5, false, true, Step::write},
        {Source::reset, Destination::open, 5, false, false, Step::wait},
        {Source::reset, Destination::open, 0, false, false, Step::pass_reset},
        {Source::open, Destination::gone, 0, true, true, Step::broken},
        {Source::open, Destination::gone, 5, true, true, Step::broken},
        {Source::ended, Destination::gone, 0, true, true, Step::broken},
        {Source::reset, Destination::gone, 5, true, true, Step::broken},
    };
    for (const Row& row : rows) {
        Flow flow = ready_flow();
        if (row.in_flight) flow.on_read(moved(row.in_flight), false);
        if (row.source == Source::ended) flow.on_read(ended, false);
        if (row.source == Source::reset) flow.on_read(lost, false);
        if (!row.readable && row.source == Source::open) {
            // Only an empty pipe makes EAGAIN mean that the source is empty, so readiness is taken away by a
            // short read where bytes are in flight.
            if (row.in_flight)
                flow.on_read(moved(1), true), flow.on_write(moved(1), false);
            else
                flow.on_read(blocked, false);
        }
        if (!row.writable) flow.on_write(blocked, false);
        if (row.destination == Destination::shut) flow.on_fin_sent(true);
        if (row.destination == Destination::gone) flow.lose_destination();
        INFO("row " << (&row - rows));
        CHECK(flow.next() == row.step);
    }
}

TEST_CASE("FIN does not overtake data: it follows the last byte in flight") {
    Flow flow = ready_flow();
    flow.on_read(moved(10), false);
    flow.on_read(ended, false);
    CHECK(flow.next() == Step::write);
    flow.on_write(moved(9), false);
    CHECK(flow.next() == Step::write);
    flow.on_write(moved(1), false);
    CHECK(flow.next() == Step::pass_fin);
    flow.on_fin_sent(true);
    CHECK(flow.next() == Step::closed);
}

TEST_CASE("a reset is never passed on as a FIN") {
    Flow flow = ready_flow();
    flow.on_read(moved(10), false);
    flow.on_read(lost, false);
    CHECK(flow.next() == Step::write);
    flow.on_write(moved(10), false);
    CHECK(flow.next() == Step::pass_reset);
}

TEST_CASE("an end of stream from a source that is known to be lost counts as a reset") {
    Flow flow = ready_flow();
    flow.distrust_end();
    flow.on_read(ended, false);
    CHECK(flow.next() == Step::pass_reset);
}

TEST_CASE("EAGAIN with bytes in the pipe means that the pipe is full: the source stays readable") {
    Flow flow = ready_flow();
    flow.on_read(moved(16), false);
    flow.on_read(blocked, false);
    flow.on_write(moved(16), false);
    CHECK(flow.next() == Step::read);
}

TEST_CASE("EAGAIN with an empty pipe means that the source is empty") {
    Flow flow = ready_flow();
    flow.on_read(blocked, false);
    CHECK(flow.next() == Step::wait);
    flow.source_ready();
    CHECK(flow.next() == Step::read);
}

TEST_CASE("a short read empties the source; once its FIN has arrived it is the end as well") {
    Flow flow = ready_flow();
    flow.on_read(moved(3), true);
    flow.on_write(moved(3), false);
    CHECK(flow.next() == Step::wait);
    CHECK(flow.source_open());
    flow.source_hung_up();
    CHECK(flow.next() == Step::read);
    flow.on_read(moved(65536), false);
    CHECK_FALSE(flow.end_known());
    flow.on_write(moved(65536), false);
    CHECK(flow.next() == Step::read);
    flow.on_read(moved(3), true);
    CHECK(flow.end_known());
    CHECK(flow.next() == Step::write);
    flow.on_write(moved(3), false);
    CHECK(flow.next() == Step::pass_fin);
}

TEST_CASE("a short read is no end where short reads are not trusted, or the source was reset after its FIN") {
    for (bool reset : {false, true}) {
        Flow flow = ready_flow();
        flow.source_hung_up();
        if (reset)
            flow.source_failed();
        else
            flow.distrust_short_reads();
        flow.on_read(moved(3), true);
        flow.on_write(moved(3), false);
        CHECK(flow.source_open());
        CHECK(flow.next() == Step::read);
    }
}

TEST_CASE("a short read before the FIN of a source that is known to be lost ends in a reset") {
    Flow flow = ready_flow();
    flow.distrust_end();
    flow.source_hung_up();
    flow.on_read(moved(3), true);
    flow.on_write(moved(3), false);
    CHECK(flow.next() == Step::pass_reset);
}

TEST_CASE("bytes are counted exactly, whatever a pipe's nominal size") {
    Flow flow = ready_flow();
    for (int i = 0; i < 1000; ++i) flow.on_read(moved(100'000), false);
    CHECK(flow.in_flight() == 100'000'000);
    flow.on_write(moved(99'999'999), false);
    CHECK(flow.in_flight() == 1);
    CHECK(flow.total() == 100'000'000);
}

TEST_CASE("a timeout that ends the source lets what is in flight go out first") {
    Flow flow = ready_flow();
    flow.on_read(moved(4), false);
    flow.end_source();
    CHECK(flow.next() == Step::write);
    flow.on_write(moved(4), false);
    CHECK(flow.next() == Step::pass_fin);
}

TEST_CASE("a destination that cannot be sent FIN is gone") {
    Flow flow = ready_flow();
    flow.on_read(ended, false);
    flow.on_fin_sent(false);
    CHECK(flow.next() == Step::broken);
}

TEST_CASE("bytes that lead go out before anything is read, and are not the source's") {
    Flow flow = ready_flow();
    flow.lead(28);
    CHECK(flow.next() == Step::write);
    CHECK(flow.total() == 0);
    flow.on_write(moved(20), true);
    CHECK(flow.next() == Step::wait);
    flow.destination_ready();
    flow.on_write(moved(8), false);
    CHECK(flow.next() == Step::read);
    CHECK(flow.in_flight() == 0);
}

TEST_CASE("FIN follows bytes that lead, too") {
    Flow flow = ready_flow();
    flow.on_read(ended, false);
    flow.lead(28);
    CHECK(flow.next() == Step::write);
    CHECK(flow.end_known());
    flow.on_write(moved(28), false);
    CHECK(flow.next() == Step::pass_fin);
}

TEST_CASE("a source whose bytes were taken by somebody else is silent, unless it has ended") {
    Flow flow = ready_flow();
    flow.source_drained();
    CHECK(flow.next() == Step::wait);
    flow.source_ready();
    CHECK(flow.next() == Step::read);
    flow.source_hung_up();
    flow.source_drained();
    CHECK(flow.next() == Step::read);
    Flow failed = ready_flow();
    failed.source_failed();
    failed.source_drained();
    CHECK(failed.next() == Step::read);
}
