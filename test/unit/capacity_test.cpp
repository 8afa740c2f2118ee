// How many connections a descriptor limit allows.
#include "spliced/proxy/capacity.hpp"

#include "catch.hpp"

using namespace spliced::proxy;

TEST_CASE("connections, their pipes and the reserve fit into the descriptor limit") {
    for (std::size_t limit : {64U, 128U, 1024U, 20000U, 1048576U}) {
        CapacityDemand demand;
        demand.descriptors = limit;
        demand.listeners = 3;
        demand.checks = 10;
        demand.log_sinks = 2;
        demand.admin = 11;
        Capacity capacity = compute_capacity(demand);
        CHECK(capacity.maxconn > 0);
        CHECK(capacity.reserved + 2 * capacity.maxconn + 2 * capacity.maxpipes <= limit);
        CHECK_FALSE(capacity.lowered);
    }
}

TEST_CASE("a configured limit is kept where it fits and lowered where it does not") {
    CapacityDemand demand;
    demand.descriptors = 1024;
    demand.maxconn = 100;
    CHECK(compute_capacity(demand).maxconn == 100);
    CHECK(compute_capacity(demand).maxpipes == 25);
    demand.maxconn = 4000;
    CHECK(compute_capacity(demand).lowered);
    CHECK(compute_capacity(demand).maxconn < 512);
}

TEST_CASE("without splice no descriptor is kept for pipes") {
    CapacityDemand demand;
    demand.descriptors = 1015;
    demand.splice = false;
    CHECK(compute_capacity(demand).maxconn == 500);
    CHECK(compute_capacity(demand).maxpipes == 0);
}

TEST_CASE("configured pipes are set aside first") {
    CapacityDemand demand;
    demand.descriptors = 1015;
    demand.maxpipes = 100;
    CHECK(compute_capacity(demand).maxconn == 400);
    CHECK(compute_capacity(demand).maxpipes == 100);
}

TEST_CASE("too few descriptors for one connection is told as zero") {
    CapacityDemand demand;
    demand.descriptors = 10;
    CHECK(compute_capacity(demand).maxconn == 0);
}

TEST_CASE("statistics sockets and their clients are set aside") {
    CapacityDemand demand;
    demand.descriptors = 1012;
    auto without = compute_capacity(demand).reserved;
    demand.admin = 11;
    CHECK(compute_capacity(demand).reserved == without + 11);
}
