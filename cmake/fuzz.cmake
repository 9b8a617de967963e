# The fuzzers: every tests/fuzz/NAME_fuzz.c is one, for libFuzzer. tests/fuzz/NAME.seeds names folders and files of this
# tree that it begins with. `ctest -L fuzz` runs each for CORNU_FUZZ_SECONDS.
set(CORNU_FUZZ_SECONDS 20 CACHE STRING "How long ctest runs each fuzzer")

add_custom_target(fuzzers)
file(GLOB fuzz_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzz.c)
foreach(source ${fuzz_sources})
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" name ${name})
    add_executable(fuzz.${name} ${source})
    set_target_properties(fuzz.${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY fuzz)
    target_compile_definitions(fuzz.${name} PRIVATE _GNU_SOURCE)
    target_link_libraries(fuzz.${name} PRIVATE cornu_static cornu_internal m)
    target_link_options(fuzz.${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers fuzz.${name})

    file(STRINGS ${PROJECT_SOURCE_DIR}/tests/fuzz/${name}.seeds lines)
    # libFuzzer takes folders: single files are copied into one.
    set(seeds "")
    foreach(line ${lines})
        if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${line})
            list(APPEND seeds ${PROJECT_SOURCE_DIR}/${line})
        else()
            file(COPY ${PROJECT_SOURCE_DIR}/${line} DESTINATION ${PROJECT_BINARY_DIR}/fuzz/${name}.seeds)
            list(APPEND seeds ${PROJECT_BINARY_DIR}/fuzz/${name}.seeds)
        endif()
    endforeach()
    list(REMOVE_DUPLICATES seeds)
    # What it finds on the way is kept in the first folder, for the next run.
    set(corpus ${PROJECT_BINARY_DIR}/fuzz/${name}.corpus)
    file(MAKE_DIRECTORY ${corpus})
    add_test(NAME fuzz.${name} COMMAND fuzz.${name} -max_total_time=${CORNU_FUZZ_SECONDS} -timeout=10
        -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 ${corpus} ${seeds})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 3600
        WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz ENVIRONMENT
        LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/leaks.supp:print_suppressions=0)
endforeach()
