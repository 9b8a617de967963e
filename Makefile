# The front door: each target calls CMake, ctest or a script in tools/. The build itself is CMakeLists.txt.
# OPTIONS are passed to CMake: make test OPTIONS="-DCORNU_ONEDNN=OFF"
PREFIX ?= /usr/local
PRESET ?= release
OPTIONS ?=

build := build/$(PRESET)
jobs := $(shell getconf _NPROCESSORS_ONLN)
ifeq ($(wildcard $(build)/CMakeCache.txt),)
generator := CMAKE_GENERATOR='$(if $(shell command -v ninja),Ninja,Unix Makefiles)'
endif

# An own make of CMake's must not inherit this one's flags.
compile = @MAKEFLAGS= $(generator) cmake --preset $(PRESET) $(OPTIONS) && \
	MAKEFLAGS= cmake --build $(build) --parallel $(jobs)

.PHONY: all test demo bench fuzz install format check-format clean help

all: ## build the library, its tests and examples in build/release
	@tools/install-dependencies --check build
	$(compile)

test: OPTIONS += -DCORNU_TESTS=ON
test: ## install what is missing, build, and run all tests
	@tools/install-dependencies build test
	$(compile)
	@ctest --preset $(PRESET) --parallel $(jobs)

demo: ## install what is missing, build, train on real images, write pictures to demo-output/
	@tools/install-dependencies build demo
	$(compile) --target example_demo
	@$(build)/examples/demo

bench: ## measure speed and memory
	@tools/install-dependencies --check build
	$(compile) --target cornu-bench
	@$(build)/cornu-bench

fuzz: ## feed every reader of files damaged ones, 20 seconds each (needs clang)
	@$(generator) cmake --preset fuzz $(OPTIONS) && cmake --build --preset fuzz --parallel $(jobs)
	@ctest --preset fuzz

install: ## install into PREFIX (make install PREFIX=/some/folder; default /usr/local)
	@tools/install-dependencies --check build
	$(compile) --target cornu_installed
	@cmake --install $(build) --prefix $(abspath $(PREFIX))

format: ## lay out all C files with clang-format
	@tools/format

check-format: ## fail if clang-format would change a file
	@tools/format --check

clean: ## remove build/ and demo-output/
	@rm -rf build demo-output

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile
