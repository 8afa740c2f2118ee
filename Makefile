# spliced: a layer-4 TCP splice proxy. `make help` lists the targets.
#
# Knobs, on the command line:
#   V=1                       show every command
#   SAN=address,undefined     build with sanitizers, in a folder of its own below build/
#   OPT=-O2                   optimisation (-O1 with sanitizers)
#   LTO=-flto=auto            link-time optimisation of the program, a fifth of its instructions; LTO= for none
#   WERROR=1                  warnings are errors (CI)
#   PORT=8080                 where `make demo` listens
#   FUZZ_SECONDS=60           how long each fuzz target runs
#   TESTS=EXPRESSION          only the system tests that match (pytest -k)
#   ROUNDS=5                  how often `make bench` runs each workload
#   WORKLOADS='short bulk'    only these workloads of `make bench`
#   DESTDIR=, PREFIX=/usr/local, SYSCONFDIR=/etc   where `make install` puts things; the program reads
#                             /etc/spliced/spliced.ini unless told otherwise

CXX      ?= g++
OPT      ?= $(if $(SAN),-O1,-O2)
LTO      ?= $(if $(SAN)$(findstring clang,$(CXX)),,-flto=auto)
PREFIX   ?= /usr/local
SYSCONFDIR ?= /etc
DOCDIR    = $(PREFIX)/share/doc/spliced
FUZZ_SECONDS ?= 60
ROUNDS   ?= 5
PORT     ?= 8080

VERSION  := 0.1.0
RELEASED := 2026/11/25
BUILD    := build$(if $(SAN),/san)
# Someone who types `make check` wants all cores; a -j of their own goes first.
JOBS      = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
Q        := $(if $(V),,@)
say       = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor $(if $(WERROR),-Werror)
# No vptr check: it asks the kernel for a pipe and cries wolf when descriptors have run out, which tests bring about.
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-sanitize=vptr -fno-omit-frame-pointer \
                           -DSPLICED_SANITIZED)
# Asked for only when something is compiled, so that install-deps may run first on a fresh machine.
PKGS     := libevent fmt inih libseccomp libpcre2-8 libcares
PKGFLAGS  = $(eval PKGFLAGS := $(shell pkg-config --cflags $(PKGS)))$(PKGFLAGS)
# The client needs fmt alone.
CTLLIBS   = $(eval CTLLIBS := $(shell pkg-config --libs fmt))$(CTLLIBS)
PKGLIBS   = $(eval PKGLIBS := $(shell pkg-config --libs libevent_extra libevent_core fmt inih libseccomp libpcre2-8 \
                                          libcares) -lresolv)$(PKGLIBS)

CXXFLAGS ?= -g
INIH_VERSION = $(eval INIH_VERSION := $(shell pkg-config --modversion inih))$(INIH_VERSION)
# ares_query(3) is the one way that the c-ares of Debian 12 has; from 1.28 on the header calls it deprecated.
ALL_CXXFLAGS = -std=c++20 $(OPT) $(CPPFLAGS) $(CXXFLAGS) $(WARNINGS) $(SANFLAGS) -DSPLICED_VERSION='"$(VERSION)"' \
               -DSPLICED_RELEASE_DATE='"$(RELEASED)"' \
               -DSPLICED_INIH_VERSION='"$(INIH_VERSION)"' \
               -DCARES_NO_DEPRECATED -Iinclude $(PKGFLAGS) -MMD -MP
ALL_LDFLAGS  = $(SANFLAGS) $(LDFLAGS)
# The objects hold machine code as well, for the tests: linking those anew each time would take half a minute.
LIB_CXXFLAGS = $(if $(LTO),$(LTO) -ffat-lto-objects)

LIB_SOURCES  := $(sort $(wildcard src/*/*.cpp))
UNIT_SOURCES := $(sort $(wildcard test/unit/*.cpp))
FUZZ_SOURCES := $(sort $(wildcard test/fuzz/*.cpp))

PROGRAMS      = $(BUILD)/spliced $(BUILD)/splicectl
MANUALS      := man/spliced.8 man/spliced.ini.5 man/splicectl.1

# What the status page sends to browsers; becomes a source that holds each file as a string.
PAGE_FILES   := $(sort $(wildcard src/control/page/*))
PAGE_SOURCE  := $(BUILD)/generated/page_files.cpp

LIB_OBJECTS  := $(LIB_SOURCES:%.cpp=$(BUILD)/obj/%.o) $(PAGE_SOURCE:%.cpp=$(BUILD)/obj/%.o)
MAIN_OBJECT  := $(BUILD)/obj/src/main.o
CTL_OBJECT   := $(BUILD)/obj/src/splicectl.o
UNIT_OBJECTS := $(UNIT_SOURCES:%.cpp=$(BUILD)/obj/%.o)
# What the system tests preload; sanitizers bear no such thing.
PRELOADED    := $(if $(SAN),,$(BUILD)/count-allocations.so $(BUILD)/intruder.so)

.PHONY: all help deps demo check check-unit check-system check-clients check-haproxy bench lint format fuzz deb check-deb \
        install install-program install-service install-log clean
.DEFAULT_GOAL := all

all: $(PROGRAMS) ## build the programs

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 18

$(BUILD)/spliced: $(MAIN_OBJECT) $(BUILD)/libspliced.a
	$(call say,LINK,$@)
	$(Q)$(CXX) $(OPT) $(LTO) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS)

$(BUILD)/splicectl: $(CTL_OBJECT) $(BUILD)/libspliced.a
	$(call say,LINK,$@)
	$(Q)$(CXX) $(OPT) $(LTO) $(ALL_LDFLAGS) -Wl,--as-needed -o $@ $^ $(CTLLIBS)

$(BUILD)/libspliced.a: $(LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/unit-tests: $(UNIT_OBJECTS) $(BUILD)/libspliced.a
	$(call say,LINK,$@)
	$(Q)$(CXX) -fno-lto $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS) $(if $(wildcard /usr/lib/*/libCatch2.a),-lCatch2)

$(BUILD)/count-allocations.so: test/tools/count_allocations.cpp
$(BUILD)/intruder.so: test/tools/intruder.cpp

$(PRELOADED):
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(CXX) -std=c++20 $(OPT) $(CXXFLAGS) $(WARNINGS) -shared -fPIC $(LDFLAGS) -o $@ $<

# Catch2's own code, not ours: g++ 12 sees a use before initialisation there once sanitizers are on.
$(BUILD)/obj/test/unit/main.o: WARNINGS += -Wno-maybe-uninitialized

$(LIB_OBJECTS) $(MAIN_OBJECT) $(CTL_OBJECT): ALL_CXXFLAGS += $(LIB_CXXFLAGS)

$(PAGE_SOURCE): $(PAGE_FILES) Makefile
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D) && { printf '#include "spliced/control/page_files.hpp"\n'; for file in $(PAGE_FILES); do \
	    name=$${file##*/}; \
	    printf 'const std::string_view spliced::control::%s = R"page(' "$$(echo $$name | tr . _)" | cat - $$file; \
	    printf ')page";\n'; done; } >$@

$(BUILD)/obj/%.o: %.cpp
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(CXX) $(ALL_CXXFLAGS) -c -o $@ $<

deps: ## install the Debian packages that the other targets need
	$(Q)scripts/install-deps all

demo: ## watch the proxy at work: two web servers, one dies, both die, both return
	$(Q)scripts/install-deps demo
	$(Q)$(MAKE) $(JOBS) -s --no-print-directory all
	$(Q)PORT=$(PORT) scripts/demo $(BUILD)/spliced

check: ## all tests; the last line is "N passed, N failed"
	$(Q)scripts/install-deps check
	$(Q)$(MAKE) $(JOBS) -s --no-print-directory $(BUILD)/spliced $(BUILD)/splicectl $(BUILD)/unit-tests $(PRELOADED)
	$(Q)TESTS='$(TESTS)' scripts/run-tests $(BUILD)

check-unit: $(BUILD)/unit-tests ## the unit tests alone
	$(Q)$(BUILD)/unit-tests

check-system: $(BUILD)/spliced $(BUILD)/splicectl $(PRELOADED) ## the system tests alone
	$(Q)TESTS='$(TESTS)' scripts/run-tests $(BUILD) system

check-clients: ## tests with the programs of others: a browser, Prometheus, an exporter, munin
	$(Q)scripts/install-deps clients
	$(Q)$(MAKE) $(JOBS) -s --no-print-directory $(BUILD)/spliced
	$(Q)TESTS='$(TESTS)' scripts/run-tests $(BUILD) clients

check-haproxy: ## HAProxy 2.6 and spliced side by side, on the same traffic
	$(Q)scripts/install-deps differential
	$(Q)$(MAKE) $(JOBS) -s --no-print-directory $(BUILD)/spliced
	$(Q)TESTS='$(TESTS)' scripts/run-tests $(BUILD) differential

bench: ## compare speed, CPU time and memory with HAProxy and nginx, below build/bench
	$(Q)scripts/install-deps bench
	$(Q)$(MAKE) $(JOBS) -s --no-print-directory all
	$(Q)ROUNDS='$(ROUNDS)' WORKLOADS='$(WORKLOADS)' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 test/bench/bench.py $(BUILD)/spliced $(BUILD)/bench

lint: ## floors, format, clang-tidy, shell scripts, python, manual pages
	$(Q)scripts/install-deps lint
	$(Q)scripts/lint

format: ## lay the sources out by .clang-format
	$(Q)git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs ls 2>/dev/null | xargs clang-format -i

# The fuzz targets compile the sources anew with clang, which brings libFuzzer.
fuzz: ## run each fuzz target for FUZZ_SECONDS
	$(Q)scripts/install-deps fuzz
	$(Q)FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz $(FUZZ_SOURCES)

deb: ## build a Debian package, below build/deb
	$(Q)scripts/install-deps deb
	$(Q)scripts/make-deb build/deb

check-deb: deb ## lint it, install it, serve a connection, upgrade, remove; asks for root's rights
	$(Q)scripts/check-deb build/deb

install: install-program install-service install-log ## install into $(DESTDIR)$(PREFIX)

install-program: $(PROGRAMS)
	$(Q)install -Dm755 -t $(DESTDIR)$(PREFIX)/sbin $(BUILD)/spliced
	$(Q)install -Dm755 -t $(DESTDIR)$(PREFIX)/bin $(BUILD)/splicectl
	$(Q)install -Dm644 -t $(DESTDIR)$(PREFIX)/share/bash-completion/completions etc/bash-completion/splicectl
	$(Q)for page in $(MANUALS); do \
	    install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man$${page##*.} $$page || exit 1; done
	$(Q)install -Dm644 -t $(DESTDIR)$(DOCDIR) README.md
	$(Q)install -Dm644 -t $(DESTDIR)$(DOCDIR)/examples etc/spliced.ini etc/minimal.ini etc/systemd/spliced.socket
	$(Q)install -Dm644 -t $(DESTDIR)$(DOCDIR)/examples/errors etc/errors/503.http
	$(Q)install -Dm644 -t $(DESTDIR)$(SYSCONFDIR)/spliced/errors etc/errors/503.http
	$(Q)test -e $(DESTDIR)$(SYSCONFDIR)/spliced/spliced.ini || \
	    install -Dm644 etc/service.ini $(DESTDIR)$(SYSCONFDIR)/spliced/spliced.ini

install-service:
	$(Q)mkdir -p $(DESTDIR)$(PREFIX)/lib/systemd/system
	$(Q)sed 's|/usr/sbin/spliced|$(PREFIX)/sbin/spliced|; s|/etc/spliced/|$(SYSCONFDIR)/spliced/|' \
	    etc/systemd/spliced.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/spliced.service
	$(Q)install -Dm644 -t $(DESTDIR)$(PREFIX)/lib/sysusers.d etc/sysusers.d/spliced.conf
	$(Q)install -Dm644 -t $(DESTDIR)$(SYSCONFDIR)/logrotate.d etc/logrotate.d/spliced

install-log:
	$(Q)install -Dm644 -t $(DESTDIR)$(SYSCONFDIR)/rsyslog.d etc/rsyslog.d/49-spliced.conf

clean: ## remove build/
	$(Q)rm -rf build

-include $(LIB_OBJECTS:.o=.d) $(MAIN_OBJECT:.o=.d) $(CTL_OBJECT:.o=.d) $(UNIT_OBJECTS:.o=.d)
