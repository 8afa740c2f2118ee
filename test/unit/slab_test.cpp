// Room for many objects: none overlap, all are reused, and a past peak goes back to the system.
#include "spliced/base/slab.hpp"

#include <array>
#include <cstdio>
#include <set>
#include <vector>

#include "catch.hpp"

namespace {

struct Thing {
    explicit Thing(int value) { content.fill(value); }
    std::array<int, 100> content;
    bool intact(int value) const {
        for (int i : content)
            if (i != value) return false;
        return true;
    }
};

/// Pages of address space that the process has mapped; the first field of /proc/self/statm.
long mapped_pages() {
    long pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%ld", &pages) != 1) pages = -1;  // NOLINT(cert-err34-c)
        std::fclose(file);
    }
    return pages;
}

}  // namespace

TEST_CASE("objects of a slab do not overlap, in whatever order they come and go") {
    spliced::Slab<Thing> slab;
    std::vector<Thing*> things;
    things.reserve(2000);
    for (int i = 0; i < 2000; ++i) things.push_back(slab.create(i));
    for (int i = 0; i < 2000; i += 3) {
        slab.destroy(things[static_cast<std::size_t>(i)]);
        things[static_cast<std::size_t>(i)] = slab.create(i + 10000);
    }
    CHECK(std::set<Thing*>(things.begin(), things.end()).size() == 2000);
    for (int i = 0; i < 2000; ++i) CHECK(things[static_cast<std::size_t>(i)]->intact(i % 3 ? i : i + 10000));
    for (Thing* thing : things) slab.destroy(thing);
}

TEST_CASE("what a slab held at its peak goes back to the system") {
    spliced::Slab<Thing> slab;
    Thing* survivor = slab.create(1);
    std::vector<Thing*> things;
    things.reserve(20000);
    long before = mapped_pages();
    for (int i = 0; i < 20000; ++i) things.push_back(slab.create(i));
    CHECK(mapped_pages() - before > 1500);
    for (Thing* thing : things) slab.destroy(thing);
    CHECK(mapped_pages() - before <= 32);
    CHECK(survivor->intact(1));
    slab.destroy(survivor);
}
