// HAProxy's srv_dynamic_maxconn: which limit a server has at which load.
#include "spliced/balance/dynamic_limit.hpp"

#include "catch.hpp"

using namespace spliced::balance;

TEST_CASE("a server's limit grows with the load of its backend", "[queue]") {
    struct Row {
        unsigned minconn, maxconn;
        std::size_t sessions, fullconn;
        unsigned ramp;
        std::size_t limit;
    };
    for (const Row& row : {
             Row{0, 0, 50, 10, 100, 0},      // no limit
             Row{0, 5, 0, 10, 100, 5},       // without minconn it stands still
             Row{5, 5, 0, 10, 100, 5},       //
             Row{9, 5, 0, 10, 100, 9},       // minconn above maxconn is both
             Row{9, 0, 0, 10, 100, 9},       // and alone, too
             Row{1, 5, 0, 10, 100, 1},       // idle: minconn
             Row{1, 5, 1, 10, 100, 1},       // 1 * 5 / 10 is below minconn
             Row{1, 5, 4, 10, 100, 2},       //
             Row{1, 5, 9, 10, 100, 4},       //
             Row{1, 5, 10, 10, 100, 5},      // at fullconn: maxconn
             Row{1, 5, 1000, 10, 100, 5},    // and never more
             Row{10, 100, 30, 50, 100, 60},  //
             Row{0, 100, 0, 1, 50, 50},      // half-way up
             Row{0, 100, 0, 1, 0, 1},        // one is always allowed
             Row{10, 100, 30, 50, 10, 6},    //
             Row{1, 2000000000, 3000000000, 4000000000, 100, 1500000000},
         }) {
        INFO(row.minconn << ' ' << row.maxconn << ' ' << row.sessions << ' ' << row.fullconn);
        ServerLimits limits(row.minconn, row.maxconn);
        CHECK(dynamic_limit(limits, {row.sessions, row.fullconn}, row.ramp) == row.limit);
    }
}
