# How C is compiled here: the language, warnings and sanitizers, as interface targets that the others link.

# Everything of ours, the callers of the public API included.
add_library(cornu_strict INTERFACE)
target_compile_options(cornu_strict INTERFACE -Wall -Wextra -Wpedantic -Wshadow)
if(CORNU_WERROR)
    target_compile_options(cornu_strict INTERFACE -Werror)
endif()

# The library's own code.
add_library(cornu_internal INTERFACE)
target_link_libraries(cornu_internal INTERFACE cornu_strict)
target_compile_definitions(cornu_internal INTERFACE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE)
target_include_directories(cornu_internal INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)

if(CORNU_SANITIZE)
    # Names and lines for reports (-g1): all that a debugger could ask for would make each test 40 MB.
    add_compile_options(-fsanitize=${CORNU_SANITIZE} -fno-sanitize-recover=all
        -fno-omit-frame-pointer -O1 -g1)
    add_link_options(-fsanitize=${CORNU_SANITIZE})
endif()

# Fuzzers see which branches an input takes; checksums do not keep them out.
if(CORNU_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "CORNU_FUZZ needs clang, not ${CMAKE_C_COMPILER_ID}")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link -Wno-pass-failed) # counted loops are not vectorized
    add_compile_definitions(FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION)
endif()
