// Tools that read a source without the Makefile (the linter, the fuzz targets) get by without.
#include "spliced/base/release.hpp"

#ifndef SPLICED_VERSION
#define SPLICED_VERSION "(not recorded)"
#endif
#ifndef SPLICED_RELEASE_DATE
#define SPLICED_RELEASE_DATE "(not recorded)"
#endif

namespace spliced {

std::string_view version_number() {
    return SPLICED_VERSION;
}

std::string_view release_date() {
    return SPLICED_RELEASE_DATE;
}

}  // namespace spliced
